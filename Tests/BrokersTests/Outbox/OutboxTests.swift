import Foundation
import TestSupport
import Testing

@testable import Brokers

@Suite("An outbox keeps what was written until it is settled", .ownThread)
struct OutboxTests {
    let scratch: TemporaryDirectory
    let directory: OutboxDirectory

    init() throws {
        scratch = try TemporaryDirectory()
        directory = try OutboxDirectory(path: scratch.path)
    }

    private func collector() throws -> OutboxCollector {
        try #require(try OutboxCollector(directory, logger: testLogger))
    }

    @Test func order() throws {
        let outbox = try Outbox(in: directory, limit: 1 << 24)
        try outbox.put("a", "b")
        try outbox.put("c", of: "käthe")
        let collector = try collector()
        #expect(collector.texts() == ["a", "b", "c"])
        #expect(collector.texts() == ["a", "b", "c"])
        #expect(collector.collect(atMost: 10).map(\.event.conversation) == ["anna", "anna", "käthe"])
        #expect(outbox.waiting == 3 && collector.waiting == 3)
        #expect(collector.texts(acknowledged: true) == ["a", "b", "c"])
        #expect(collector.texts() == [])
        try outbox.put("d")
        #expect(collector.texts() == ["d"])
        #expect(outbox.waiting == 1)
    }

    @Test("Events of several outboxes come in the order in which they were written, with names that never change")
    func severalOutboxes() throws {
        let outboxes = try (0..<3).map { _ in try Outbox(in: directory, limit: 1 << 24) }
        var expected: [String] = []
        for index in 0..<300 {
            try outboxes[index * 7 % 3].put("\(index)")
            expected.append("\(index)")
        }
        let first = try collector().collect(atMost: 1000).map(\.event)
        #expect(first.map { String(decoding: $0.body, as: UTF8.self) } == expected)
        #expect(Set<String>(first.map(\.id)).count == 300)
        #expect(try collector().collect(atMost: 1000).map(\.event) == first)
    }

    @Test("What was settled is not read again by the next publisher, and only one publishes")
    func takingOver() throws {
        let outbox = try Outbox(in: directory, limit: 1 << 24)
        try outbox.put("a", "b", "c")
        do {
            let first = try collector()
            #expect(try OutboxCollector(directory, logger: testLogger) == nil)
            first.acknowledge(first.collect(atMost: 2)[...])
        }
        #expect(try collector().texts() == ["c"])
    }

    @Test("The outbox of a dead worker is published and then deleted; that of a living one stays")
    func orphans() throws {
        let living = try Outbox(in: directory, limit: 1 << 24)
        do {
            let dead = try Outbox(in: directory, limit: 1 << 24)
            try dead.put("a")
        }
        let collector = try collector()
        collector.deleteOrphans()
        #expect(collector.texts(acknowledged: true) == ["a"])
        collector.deleteOrphans()
        #expect(scratch.names().filter { $0.hasPrefix("box-") } == [(living.path as NSString).lastPathComponent])
        try living.put("b")
        #expect(collector.texts() == ["b"])
    }

    @Test(
        "A record that was torn when its worker died is left out, and nothing before it", arguments: [1, 5, 17, 30, 40])
    func tornTail(_ cut: Int) throws {
        do {
            let outbox = try Outbox(in: directory, limit: 1 << 24)
            try outbox.put("first", "second", String(repeating: "third ", count: 10))
            let path = "\(outbox.path)/000000000001.events"
            var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            let end = try #require(bytes.lastIndex { $0 != 0 }) + 1
            for index in (end - cut)..<end { bytes[index] = cut % 2 == 0 ? 0 : 0xA5 }
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.write(contentsOf: Data(bytes))
        }
        let collector = try collector()
        #expect(collector.texts(acknowledged: true) == ["first", "second"])
        collector.deleteOrphans()
        #expect(scratch.names().filter { $0.hasPrefix("box-") } == [])
    }

    @Test("Segments are used again, so that a long life takes little room, and no old record comes back")
    func reuse() throws {
        let outbox = try Outbox(in: directory, limit: 1 << 16, segmentSize: 4096)
        let collector = try collector()
        for round in 0..<200 {
            let texts = (0..<5).map { "\(round).\($0)" + String(repeating: "x", count: (round * 37 + $0) % 300) }
            for text in texts { try outbox.put(text) }
            #expect(collector.texts(acknowledged: true) == texts)
        }
        let box = (outbox.path as NSString).lastPathComponent
        #expect(scratch.names(in: box).filter { $0.hasSuffix(".events") }.count <= 3)
    }

    @Test("Its size is bounded; what does not fit is refused before anything is written, and fits again later")
    func bounds() throws {
        let outbox = try Outbox(in: directory, limit: 20_000, segmentSize: 4096)
        let text = String(repeating: "y", count: 1000)
        var count = 0
        #expect {
            for _ in 0..<100 {
                try outbox.put(text)
                count += 1
            }
        } throws: { ($0 as? OutboxError)?.code == .noRoom }
        #expect((12...20).contains(count))
        let collector = try collector()
        #expect(collector.texts(acknowledged: true).count == count)
        try outbox.put(text)
        #expect(collector.texts() == [text])
    }

    @Test("Turns that run at the same time all have the room that they reserved, also very long ones")
    func reservations() throws {
        let outbox = try Outbox(in: directory, limit: 1 << 24, segmentSize: 4096)
        let collector = try collector()
        let sizes = [10, 3000, 2000, 9000, 1, 4000, 20_000, 100]
        var expected: [String] = []
        for _ in 0..<20 {
            let reservations = try sizes.map { try outbox.reserve([[UInt8](repeating: 0x7A, count: $0)], of: "b") }
            outbox.cancel(reservations[3])
            for (index, reservation) in reservations.enumerated().reversed() where index != 3 {
                try outbox.write(reservation)
                expected.append(String(repeating: "z", count: sizes[index]))
            }
        }
        #expect(collector.texts(acknowledged: true) == expected)
        #expect(outbox.waiting == 0)
    }

    @Test("A reader that is always at the end misses nothing where a new segment begins")
    func readerAtTheEnd() throws {
        let outbox = try Outbox(in: directory, limit: 1 << 24, segmentSize: 4096)
        let collector = try collector()
        var expected: [String] = []
        var seen: [String] = []
        for round in 0..<300 {
            let texts = (0..<3).map {
                "\(round).\($0)" + String(repeating: "x", count: (round * 131 + $0 * 977) % 1500)
            }
            let reservations = try texts.map { try outbox.reserve([Array($0.utf8)], of: "anna") }
            for (reservation, text) in zip(reservations, texts) {
                seen += collector.texts()
                try outbox.write(reservation)
                expected.append(text)
            }
            seen += collector.texts(acknowledged: round % 4 == 3)
        }
        // What was looked at without being settled was seen more than once.
        var known: Set<String> = []
        #expect(seen.filter { known.insert($0).inserted } == expected)
        #expect(outbox.waiting == 0)
    }

    @Test("A full disk is met when room is reserved, and goes away when events are settled")
    func fullDisk() throws {
        var old = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &old)
        OutboxDirectory.ignoreSizeSignals()
        let outbox = try Outbox(in: directory, limit: 1 << 30, segmentSize: 1 << 20)
        var small = rlimit(rlim_cur: 1 << 20, rlim_max: old.rlim_max)
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &small)
        defer { setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &old) }
        try outbox.put("a")
        #expect { try outbox.reserve([[UInt8](repeating: 0, count: 2 << 20)], of: "b") } throws: {
            ($0 as? OutboxError)?.code == .noRoom
        }
        try outbox.put("b")
        #expect(try collector().texts() == ["a", "b"])
    }
}
