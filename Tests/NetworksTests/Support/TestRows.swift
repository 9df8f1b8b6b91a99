@testable import Networks

/// Rows with gradients for tests.
struct TestRows {
    var values: [Float]
    var gradients: [Float]
    let dimension: Int

    init(_ values: [Float], dimension: Int) {
        self.values = values
        gradients = Array(repeating: .nan, count: values.count)
        self.dimension = dimension
    }

    mutating func withRows<Result>(_ body: (EmbeddedRows) -> Result) -> Result {
        let count = values.count / dimension
        return values.withUnsafeBufferPointer { values in
            gradients.withUnsafeMutableBufferPointer { gradients in
                guard let x = values.baseAddress, let g = gradients.baseAddress else { preconditionFailure("no rows") }
                return body(EmbeddedRows(values: x, gradients: g, rows: count))
            }
        }
    }
}
