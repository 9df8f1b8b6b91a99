/// Embeddings, one row each, and the place where their gradients go. The memory is the caller's.
package struct EmbeddedRows {
    /// `rows` × dimension numbers.
    let values: UnsafePointer<Float>
    /// As many; a loss overwrites them.
    let gradients: UnsafeMutablePointer<Float>
    let rows: Int

    package init(values: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>, rows: Int) {
        self.values = values
        self.gradients = gradients
        self.rows = rows
    }
}

/// What a loss says of a batch.
package struct LossFigures: Sendable, Hashable {
    package var loss: Float = 0
    /// The share of examples that are right.
    package var accuracy: Float = 0

    package init(loss: Float = 0, accuracy: Float = 0) {
        self.loss = loss
        self.accuracy = accuracy
    }
}
