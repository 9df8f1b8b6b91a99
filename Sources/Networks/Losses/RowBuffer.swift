/// Rows that a loss compares, and their gradients; memory that only grows.
///
/// Unchecked: threads write their own rows.
package final class RowBuffer: @unchecked Sendable {
    package private(set) var values: UnsafeMutablePointer<Float> = .allocate(capacity: 1)
    package private(set) var gradients: UnsafeMutablePointer<Float> = .allocate(capacity: 1)
    private var capacity = 1

    package init() {}

    deinit {
        values.deallocate()
        gradients.deallocate()
    }

    /// Makes room for so many numbers; those before are lost.
    package func resize(_ count: Int) {
        guard count > capacity else { return }
        values.deallocate()
        gradients.deallocate()
        capacity = count + count / 4
        values = .allocate(capacity: capacity)
        gradients = .allocate(capacity: capacity)
    }

    package func rows(_ count: Int) -> EmbeddedRows {
        EmbeddedRows(values: values, gradients: gradients, rows: count)
    }
}
