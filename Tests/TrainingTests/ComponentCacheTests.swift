import Foundation
import TestSupport
import Testing

@testable import Training

@Suite("What was learned is kept from one training to the next")
struct ComponentCacheTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func cache(limit: Int = 1 << 20) -> ComponentCache {
        ComponentCache(directory: directory.path, limit: limit)
    }

    private func file(_ count: Int, _ name: String = "weights") -> ArchiveFile {
        ArchiveFile(name, bytes: [UInt8](repeating: 7, count: count))
    }

    private func sizes(_ files: [ArchiveFile]?) throws -> [Int]? { try files?.map { try $0.size() } }

    @Test("an entry comes back whole, and another fingerprint has none")
    func roundTrip() throws {
        cache().keep([file(10, "b"), file(0, "a")], as: "0123")
        #expect(try sizes(cache().files("0123")) == [0, 10])
        #expect(cache().files("0124") == nil)
        #expect(cache().has("0123"))
        #expect(!cache().has("0124"))
    }

    @Test("what was not used for longest goes when there is too much")
    func limit() throws {
        let cache = cache(limit: 250)
        for (number, name) in ["aa", "bb"].enumerated() {
            cache.keep([file(100)], as: name)
            let past = Date(timeIntervalSinceNow: Double(number) * 100 - 1000)
            try FileManager.default.setAttributes(
                [.modificationDate: past], ofItemAtPath: "\(directory.path)/parley-1/\(name)")
        }
        // Now it is the last one that was used.
        #expect(cache.files("aa") != nil)
        cache.keep([file(100)], as: "cc")
        #expect(cache.has("aa"))
        #expect(!cache.has("bb"))
        #expect(cache.has("cc"))
        cache.keep([file(300)], as: "dd")
        #expect(!cache.has("dd"))
        #expect(cache.has("cc"))
    }

    @Test("two at once keep the same entry, and both are right")
    func atOnce() throws {
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            cache().keep([file(1000, "a"), file(1000, "b")], as: "same")
        }
        #expect(try sizes(cache().files("same")) == [1000, 1000])
        let left = try FileManager.default.contentsOfDirectory(atPath: "\(directory.path)/parley-1")
        #expect(left == ["same"])
    }

    @Test("a directory that cannot be written keeps nothing, and nothing fails")
    func unwritable() {
        let cache = ComponentCache(directory: "/proc/nowhere", limit: 100)
        cache.keep([file(10)], as: "00")
        #expect(cache.files("00") == nil)
    }
}
