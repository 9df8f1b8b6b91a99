import CParleySystem
import Glibc

/// A few counters in a file that several processes map: what one writes the others see at once, and what a killed
/// process wrote stays.
final class SharedPage: @unchecked Sendable {
    // @unchecked: the words are changed by atomic operations only, and the mapping lives as long as the object.

    static let size = 4096

    private let words: UnsafeMutablePointer<UInt64>

    /// Maps a file of at least one page; its blocks must be there already, since a full disk would otherwise end the
    /// process at the first write.
    init(descriptor: Int32, path: String) throws(OutboxError) {
        guard let memory = parley_map_file(descriptor, Self.size) else { throw .system("mmap", path) }
        words = memory.assumingMemoryBound(to: UInt64.self)
    }

    deinit { parley_unmap(words, Self.size) }

    /// Opens or makes such a file, open to this user only.
    static func open(_ path: String) throws(OutboxError) -> (page: SharedPage, descriptor: Int32) {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .system("open", path) }
        do throws(OutboxError) {
            let status = posix_fallocate(descriptor, 0, off_t(size))
            guard status == 0 else { throw .system("allocate", path, status) }
            return (try SharedPage(descriptor: descriptor, path: path), descriptor)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    subscript(_ word: Int) -> UInt64 {
        get { parley_load_ordered(words + word) }
        set { parley_store_ordered(words + word, newValue) }
    }

    /// Adds to a word and returns what it was before.
    @discardableResult
    func add(_ count: UInt64, to word: Int) -> UInt64 { parley_fetch_add(words + word, count) }

    /// Puts a value in the place of the one that was found there, unless somebody else was faster.
    func replace(_ found: UInt64, by value: UInt64, in word: Int) { parley_replace(words + word, found, value) }

    /// Makes a word at least so large.
    func raise(_ word: Int, to value: UInt64) { parley_raise(words + word, value) }

    /// Sleeps until somebody wakes those who sleep on the word, unless that has happened since it was `seen`.
    func sleep(on word: Int, seen: UInt64, atMost milliseconds: UInt32) {
        parley_sleep_on(words + word, UInt32(truncatingIfNeeded: seen), milliseconds)
    }

    /// Wakes those who sleep on the word.
    func wake(_ word: Int) { parley_wake(words + word) }
}
