import CKernels

/// Rows of numbers as the C kernels take them: 32 rows side by side, feature by feature, further rows in further panels.
///
/// Lanes beyond the last row hold finite numbers without meaning in activations and zeros in gradients. The memory
/// belongs to a ``Pass``.
package struct Panels {
    package static let lanes = Int(PARLEY_LANES)

    package let values: UnsafeMutablePointer<Float>
    package let rows: Int
    package let features: Int

    /// The number of panels.
    package var count: Int { Self.count(rows: rows) }
    /// All numbers, lanes beyond the last row included.
    package var numbers: Int { count * features * Self.lanes }

    package static func count(rows: Int) -> Int { (rows + lanes - 1) / lanes }

    /// Where the number of a row and feature lies.
    package func place(row: Int, feature: Int) -> Int {
        (row / Self.lanes * features + feature) * Self.lanes + row % Self.lanes
    }
}
