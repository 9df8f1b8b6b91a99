import CKernels

package enum KernelLevel: Int32, Sendable, CaseIterable {
    /// What every processor of this architecture has (SSE2 or NEON).
    case portable = 0
    /// AVX2 with fused multiply-add.
    case avx2 = 1
    /// AVX-512 F, VL, BW and DQ.
    case avx512 = 2

    package static var best: KernelLevel { KernelLevel(rawValue: parley_best_level()) ?? .portable }

    package var isAvailable: Bool { parley_kernels_at(rawValue) != nil }
}
