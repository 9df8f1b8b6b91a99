import CKernels

/// Scratch memory of forward passes, kept between calls, and the choice of instructions.
///
/// One workspace serves one thread; every worker has one for all its networks. After the largest message so far nothing
/// is allocated any more.
package final class Workspace {
    package let level: KernelLevel
    let kernels: parley_kernels

    private var block: UnsafeMutableRawBufferPointer
    /// Memory that was too much for `block`; joined with it once nothing is in use.
    private var overflow: [UnsafeMutableRawBufferPointer] = []
    private var used = 0
    private var depth = 0
    private var positions: [Int: PositionTable] = [:]
    private var latestPositions: PositionTable?

    private static let alignment = 64
    private static let firstSize = 256 << 10
    /// One enormous message must not enlarge a worker for good.
    private static let maxKept = 8 << 20
    private static let maxPositionsKept = 512

    /// A workspace that uses the best instructions of this processor, or those of a lower level.
    ///
    /// A level that the processor does not offer is replaced by the best it does.
    package init(level: KernelLevel = .best) {
        let possible = level.isAvailable ? level : KernelLevel.best
        kernels = parley_kernels_at(possible.rawValue).pointee
        self.level = possible
        block = .allocate(byteCount: Self.firstSize, alignment: Self.alignment)
    }

    deinit {
        block.deallocate()
        for extra in overflow { extra.deallocate() }
    }

    /// Runs `body`; what it took is free again afterwards.
    func frame<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        let before = used
        depth += 1
        defer {
            depth -= 1
            used = before
            if depth == 0, !overflow.isEmpty { join() }
        }
        return try body()
    }

    /// Memory for `count` numbers until the end of the frame, aligned to 64 bytes, with 64 bytes to spare behind it.
    /// Its content has no meaning.
    func take(_ count: Int) -> UnsafeMutablePointer<Float> {
        let bytes = (count * MemoryLayout<Float>.stride + 2 * Self.alignment - 1) & ~(Self.alignment - 1)
        if used + bytes <= block.count, let base = block.baseAddress {
            defer { used += bytes }
            return (base + used).assumingMemoryBound(to: Float.self)
        }
        let extra = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: Self.alignment)
        overflow.append(extra)
        return extra.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: Float.self)
    }

    private func join() {
        let size = overflow.reduce(block.count) { $0 + $1.count }
        for extra in overflow { extra.deallocate() }
        overflow.removeAll()
        guard size <= Self.maxKept else { return }
        block.deallocate()
        block = .allocate(byteCount: size, alignment: Self.alignment)
    }

    /// The positional encoding of at least `rows` positions, row-major; valid until the next call.
    func positions(rows: Int, units: Int) -> UnsafePointer<Float> {
        let table = positions[units] ?? PositionTable(units: units)
        positions[units] = rows <= Self.maxPositionsKept ? table : nil
        latestPositions = table
        return table.values(rows: rows)
    }
}
