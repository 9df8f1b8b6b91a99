import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Brokers

@Suite("An outbox's writer, its publisher and who looks at it race", .ownThread)
struct OutboxRaceTests {
    let scratch: TemporaryDirectory
    let directory: OutboxDirectory

    init() throws {
        scratch = try TemporaryDirectory()
        directory = try OutboxDirectory(path: scratch.path)
    }

    @Test("and every event comes once and in order, and the number of those that wait is never absurd")
    func counts() throws {
        let count = 20_000
        let outbox = try Outbox(in: directory, limit: 1 << 26)
        let isOver = Atomic(false)
        let worst = Atomic(0)
        let failures = Atomic(0)
        let threads = ThreadGroup()
        threads.run {
            for number in 0..<count {
                do { try outbox.put("\(number)") } catch { failures.add(1, ordering: .relaxed) }
            }
        }
        threads.run {
            while !isOver.load(ordering: .relaxed) { worst.max(outbox.waiting, ordering: .relaxed) }
        }
        // A publisher in another process has mappings of its own.
        let collector = try #require(try OutboxCollector(try OutboxDirectory(path: scratch.path), logger: testLogger))
        var seen: [String] = []
        while seen.count < count, failures.load(ordering: .relaxed) == 0 {
            seen += collector.texts(acknowledged: true)
            worst.max(collector.waiting, ordering: .relaxed)
        }
        isOver.store(true, ordering: .relaxed)
        threads.wait()
        #expect(seen == (0..<count).map(String.init))
        #expect((0...count).contains(worst.load(ordering: .relaxed)))
        #expect(outbox.waiting == 0 && collector.waiting == 0)
    }
}

@Suite("What stands in an outbox's files may be damaged", .ownThread)
struct DamagedOutboxTests {
    let scratch: TemporaryDirectory

    init() throws { scratch = try TemporaryDirectory() }

    /// Words that no counting comes to, and some that it may come to.
    static let words: [UInt64] = [
        0, 1, .max, .max - 1, 1 << 63, (1 << 63) - 1, 1 << 60, (1 << 60) - 1, 1 << 50, 0x5A5A_5A5A_5A5A_5A5A,
    ]

    private func damage(_ path: String, by word: UInt64) throws {
        var page: [UInt64] = Array(repeating: word.littleEndian, count: 512)
        let file = open(path, O_WRONLY)
        try #require(file >= 0)
        defer { close(file) }
        #expect(pwrite(file, &page, 4096, 0) == 4096)
    }

    @Test("before it is opened: what was written is published", arguments: words)
    func before(word: UInt64) throws {
        var path = ""
        do {
            let outbox = try Outbox(in: try OutboxDirectory(path: scratch.path), limit: 1 << 24)
            try outbox.put("a", "b")
            path = outbox.path
        }
        try damage("\(path)/state", by: word)
        try damage("\(scratch.path)/order", by: word)
        let directory = try OutboxDirectory(path: scratch.path)
        let collector = try #require(try OutboxCollector(directory, logger: testLogger))
        let later = try Outbox(in: directory, limit: 1 << 24)
        _ = collector.texts()
        try later.put("c")
        #expect(collector.waiting >= 0)
        #expect(collector.texts(acknowledged: true) == ["a", "b", "c"])
        #expect(later.waiting == 0)
    }

    @Test("while it is used: nobody ends, and every later event is published", arguments: words)
    func during(word: UInt64) throws {
        let directory = try OutboxDirectory(path: scratch.path)
        let outboxes = try (0..<2).map { _ in try Outbox(in: directory, limit: 1 << 24, segmentSize: 4096) }
        let collector = try #require(try OutboxCollector(directory, logger: testLogger))
        for outbox in outboxes { try outbox.put("before") }
        #expect(collector.texts(acknowledged: true) == ["before", "before"])
        for round in 0..<20 {
            if round % 4 == 0 { try damage("\(scratch.path)/order", by: word) }
            if round % 4 == 2 { for outbox in outboxes { try damage("\(outbox.path)/state", by: word) } }
            for outbox in outboxes { try outbox.put("\(round)" + String(repeating: "x", count: 500)) }
            var seen = collector.texts(acknowledged: true)
            // What was damaged shows itself when files are read; what it held back comes next.
            seen += collector.texts(acknowledged: true)
            #expect(seen.count == 2, "round \(round)")
            for outbox in outboxes { #expect(outbox.waiting >= 0) }
            #expect(collector.waiting >= 0)
        }
    }
}

/// Threads that are waited for.
private final class ThreadGroup {
    private let group = DispatchGroup()

    func run(_ work: @escaping @Sendable () -> Void) {
        group.enter()
        Thread.detachNewThread { [group] in
            work()
            group.leave()
        }
    }

    func wait() { group.wait() }
}
