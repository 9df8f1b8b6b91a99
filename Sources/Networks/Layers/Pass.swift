package import CKernels

/// One chunk's way through a network, forward and back: its memory, the weights, the gradient it adds to, and where its
/// random numbers begin.
///
/// Layers take memory from it that lasts until the next ``begin(random:isTraining:)``, so that what a forward pass
/// leaves is there for the backward pass.
///
/// Unchecked: a pass belongs to the thread that computes its chunk.
package final class Pass: @unchecked Sendable {
    package let kernels: parley_training_kernels
    package let weights: NetworkWeights
    /// Which of the gradients it adds to.
    package let slot: Int
    /// All parameters' values, and their gradient; a parameter lies at its offset.
    package let values: UnsafePointer<Float>
    package let gradients: UnsafeMutablePointer<Float>
    /// Whether dropout drops.
    package private(set) var isTraining = true
    private let arena = Arena()
    private var random = RandomKey(0)
    private var draws = 0
    private var positionTables: [Int: (rows: Int, table: [Float])] = [:]

    package init(_ weights: NetworkWeights, slot: Int, kernels: parley_training_kernels) {
        self.kernels = kernels
        self.weights = weights
        self.slot = slot
        values = UnsafePointer(weights.store.values)
        gradients = weights.store.gradients[slot]
    }

    /// Forgets the last chunk. `random` is the key of this step and chunk.
    package func begin(random: RandomKey, isTraining: Bool) {
        arena.reset()
        self.random = random
        self.isTraining = isTraining
        draws = 0
    }

    /// Memory whose content has no meaning.
    package func take<Value: BitwiseCopyable>(_ type: Value.Type, _ count: Int) -> UnsafeMutablePointer<Value> {
        arena.take(type, count)
    }

    /// Runs `body`; what it took is free again afterwards.
    package func scoped<Result>(_ body: () -> Result) -> Result {
        let mark = arena.mark
        defer { arena.release(to: mark) }
        return body()
    }

    package func panels(rows: Int, features: Int) -> Panels {
        let count = Panels.count(rows: rows) * features * Panels.lanes
        return Panels(values: arena.take(Float.self, count), rows: rows, features: features)
    }

    package func zeroPanels(rows: Int, features: Int) -> Panels {
        let panels = panels(rows: rows, features: features)
        panels.values.update(repeating: 0, count: panels.numbers)
        return panels
    }

    package func value(_ parameter: Parameter) -> UnsafePointer<Float> { values + parameter.offset }
    package func gradient(_ parameter: Parameter) -> UnsafeMutablePointer<Float> { gradients + parameter.offset }

    /// A key of its own for whatever draws next; layers draw in the same order in every step.
    package func nextKey(_ purpose: RandomPurpose = .dropout) -> RandomKey {
        defer { draws += 1 }
        return random.key(purpose, draws)
    }

    /// The dropout that comes next in this pass; nil where nothing is dropped.
    package func nextDropout(_ rate: Float) -> Dropout? {
        guard isTraining, rate > 0 else { return nil }
        return Dropout(parley_dropout(rate: rate, key: nextKey().bits, first: 0))
    }

    /// For each element zero where it is dropped.
    func keeps(_ elements: Int, _ dropout: Dropout) -> UnsafePointer<Float> {
        let keeps = take(Float.self, elements)
        keeps.update(repeating: 1, count: elements)
        withDropout(dropout) { kernels.dropout(keeps, keeps, elements, $0, 0) }
        return UnsafePointer(keeps)
    }

    /// The sine and cosine of positions, [rows, units], with at least so many rows.
    package func positions(rows: Int, units: Int) -> [Float] {
        if let known = positionTables[units], known.rows >= rows { return known.table }
        let count = max(2 * rows, 64)
        var table = [Float](repeating: 0, count: count * units)
        for feature in 0..<units {
            let frequency = power(10000, -Double(2 * (feature / 2)) / Double(units))
            for row in 0..<count {
                let angle = Double(row) * frequency
                table[row * units + feature] = Float(feature.isMultiple(of: 2) ? sine(angle) : cosine(angle))
            }
        }
        positionTables[units] = (count, table)
        return table
    }
}

/// Which elements are dropped, for the C kernels. Backward passes use the one of their forward pass.
package struct Dropout {
    package var c: parley_dropout

    init(_ c: parley_dropout) { self.c = c }
}

/// Calls `body` with a pointer to the dropout, or NULL where there is none.
@inline(__always)
func withDropout(_ dropout: Dropout?, _ body: (UnsafePointer<parley_dropout>?) -> Void) {
    guard var c = dropout?.c else { return body(nil) }
    body(&c)
}
