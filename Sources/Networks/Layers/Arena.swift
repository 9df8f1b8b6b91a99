import Glibc

/// Memory for the activations of one chunk: taken piece by piece, freed all at once.
///
/// Blocks are kept, so that after the largest batch the system is asked for nothing any more; they grow, and lie in large
/// pages where the system has them.
final class Arena {
    private var blocks: [UnsafeMutableRawBufferPointer] = []
    private var block = 0
    private var used = 0

    private static let alignment = 64
    private static let largePage = 2 << 20
    private static let firstSize = 2 << 20

    deinit {
        for block in blocks { block.deallocate() }
    }

    /// Frees everything that was taken.
    func reset() { (block, used) = (0, 0) }

    /// A place to come back to.
    struct Mark {
        fileprivate let block: Int
        fileprivate let used: Int
    }

    var mark: Mark { Mark(block: block, used: used) }

    /// Frees what was taken since the mark.
    func release(to mark: Mark) { (block, used) = (mark.block, mark.used) }

    /// Memory for `count` values until the reset, aligned to 64 bytes, with 64 bytes to spare behind it. Its content has
    /// no meaning.
    func take<Value: BitwiseCopyable>(_ type: Value.Type, _ count: Int) -> UnsafeMutablePointer<Value> {
        let bytes = (count * MemoryLayout<Value>.stride + 2 * Self.alignment - 1) & ~(Self.alignment - 1)
        while block < blocks.count {
            if used + bytes <= blocks[block].count, let base = blocks[block].baseAddress {
                defer { used += bytes }
                return (base + used).bindMemory(to: type, capacity: count)
            }
            (block, used) = (block + 1, 0)
        }
        let added = Self.allocate(max(bytes, 2 * (blocks.last?.count ?? Self.firstSize / 2)))
        blocks.append(added)
        used = bytes
        return added.baseAddress.unsafelyUnwrapped.bindMemory(to: type, capacity: count)
    }

    private static func allocate(_ bytes: Int) -> UnsafeMutableRawBufferPointer {
        let size = (bytes + largePage - 1) / largePage * largePage
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: largePage)
        // Only advice: without large pages it is memory all the same.
        madvise(block.baseAddress, size, MADV_HUGEPAGE)
        return block
    }
}
