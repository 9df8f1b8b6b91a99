import CKernels

/// Tags for the rows of texts: logits and a conditional random field over them (Rasa's `embed.<kind>.logits`,
/// `crf.<kind>`). Roles and groups see the tag of the entity beside each row, in training the right one.
struct Tagger: Sendable {
    let tags: TagSet
    private let rowWidth: Int
    private let dimension: Int
    /// The entity tags beside rows; nil for the entities themselves.
    private let entities: (count: Int, kernel: Parameter, bias: Parameter)?
    private let logits: EmbeddingLayer
    let transitions: Parameter

    /// - Parameters:
    ///   - entityTags: The number of entity tags that rows have beside them; nil for none.
    ///   - dimension: The width of an entity tag's embedding.
    init(
        _ tags: TagSet, width: Int, entityTags: Int?, dimension: Int, in builder: inout NetworkBuilder
    ) throws(NetworkTrainingError) {
        let name = tags.kind.rawValue
        self.tags = tags
        rowWidth = width
        self.dimension = dimension
        if let entityTags {
            let kernel = try builder.parameter(
                "embed.\(name).tags/_dense/kernel", [entityTags, dimension], .glorot, isRegularized: true)
            let bias = try builder.parameter("embed.\(name).tags/_dense/bias", [dimension], .zeros)
            entities = (entityTags, kernel, bias)
        } else {
            entities = nil
        }
        logits = try EmbeddingLayer(
            "embed.\(name).logits", inputs: width + (entityTags == nil ? 0 : dimension), outputs: tags.count,
            in: &builder)
        transitions = try builder.parameter(
            "crf.\(name)/transitions", [tags.count, tags.count], .glorot, isRegularized: true)
    }

    /// The rows' tags, and where the texts' tokens lie.
    struct Truth {
        /// One for each row of the chunk; 0 for the row of a whole text.
        let tags: UnsafePointer<Int32>
        /// The entity tag of each row.
        let entities: UnsafePointer<Int32>
        let starts: UnsafePointer<UInt32>
        let lengths: UnsafePointer<UInt32>
        let texts: Int
        let longest: Int
    }

    struct Trace {
        /// The loss of each text; after ``judge(_:_:in:)`` or ``differentiate(_:_:weights:in:)``.
        let losses: UnsafeMutablePointer<Float>
        fileprivate let truth: Truth
        fileprivate let rows: Panels
        fileprivate let values: UnsafeMutablePointer<Float>
        fileprivate let gradients: UnsafeMutablePointer<Float>
        fileprivate let embedding: EmbeddingLayer.Trace
    }

    /// Computes the logits.
    func forward(_ x: Panels, _ truth: Truth, in pass: Pass) -> Trace {
        let rows = entities.map { beside(x, truth, $0.kernel, $0.bias, in: pass) } ?? x
        let values = pass.take(Float.self, x.rows * tags.count)
        return Trace(
            losses: pass.take(Float.self, truth.texts), truth: truth, rows: rows, values: values,
            gradients: pass.take(Float.self, x.rows * tags.count),
            embedding: logits.forward(rows, to: values, in: pass))
    }

    /// Computes the losses alone, for those who must know them before they say what each text counts.
    func judge(_ trace: Trace, _ field: Field, in pass: Pass) { chain(trace, field, weights: nil, in: pass) }

    /// Computes the losses and, for what each text counts, the gradient of the logits; adds to that of the transitions
    /// in training.
    func differentiate(_ trace: Trace, _ field: Field, weights: UnsafePointer<Float>, in pass: Pass) {
        trace.gradients.update(repeating: 0, count: trace.rows.rows * tags.count)
        chain(trace, field, weights: weights, in: pass)
    }

    /// Adds the gradient of the rows to `dx`, after ``differentiate(_:_:weights:in:)``.
    func backward(_ trace: Trace, addingTo dx: Panels, in pass: Pass) {
        guard let entities else { return logits.backward(trace.embedding, trace.gradients, addingTo: dx, in: pass) }
        pass.scoped {
            let gradient = pass.zeroPanels(rows: dx.rows, features: rowWidth + dimension)
            logits.backward(trace.embedding, trace.gradients, addingTo: gradient, in: pass)
            for panel in 0..<dx.count {
                let from = gradient.values + panel * gradient.features * Panels.lanes
                let to = dx.values + panel * rowWidth * Panels.lanes
                for index in 0..<rowWidth * Panels.lanes { to[index] += from[index] }
            }
            let (kernel, bias) = (pass.gradient(entities.kernel), pass.gradient(entities.bias))
            for row in 0..<dx.rows {
                let tag = Int(trace.truth.entities[row])
                for feature in 0..<dimension {
                    let number = gradient.values[gradient.place(row: row, feature: rowWidth + feature)]
                    kernel[tag * dimension + feature] += number
                    bias[feature] += number
                }
            }
        }
    }

    /// Counts how well the most probable tag of each token fits; after ``differentiate(_:_:weights:in:)``, whose gradient
    /// is the probability of each tag less that of the truth. (Rasa looks at the most probable sequence.)
    func score(_ trace: Trace, weights: UnsafePointer<Float>, into score: inout TagScore) {
        for text in 0..<trace.truth.texts {
            for token in 0..<Int(trace.truth.lengths[text]) {
                let row = Int(trace.truth.starts[text]) + token
                let (gold, gradient) = (trace.truth.tags[row], trace.gradients + row * tags.count)
                var (best, highest) = (gold, gradient[Int(gold)] + weights[text])
                for tag in 0..<tags.count where gradient[tag] > highest {
                    (best, highest) = (Int32(tag), gradient[tag])
                }
                score.add(predicted: best, actual: gold)
            }
        }
    }

    private func chain(_ trace: Trace, _ field: Field, weights: UnsafePointer<Float>?, in pass: Pass) {
        let truth = trace.truth
        pass.scoped {
            let scratch = pass.take(Float.self, parley_crf_scratch(tags.count, truth.longest))
            let pairs = pass.take(Float.self, tags.count * tags.count)
            pairs.update(repeating: 0, count: tags.count * tags.count)
            var crf = field.crf(pass.value(transitions))
            // Where nothing is learned, nobody takes the gradient: the next step would learn from it.
            let gradient = pass.isTraining ? pass.gradient(transitions) : pass.take(Float.self, tags.count * tags.count)
            pass.kernels.crf_losses(
                &crf, trace.values, truth.tags, truth.starts, truth.lengths, truth.texts, trace.losses, weights,
                weights == nil ? nil : trace.gradients, pairs, gradient, scratch)
            if weights != nil { pass.kernels.crf_gradient(&crf, pairs, gradient) }
        }
    }

    /// Rows with the embedding of their entity tag to the right.
    private func beside(
        _ x: Panels, _ truth: Truth, _ kernel: Parameter, _ bias: Parameter, in pass: Pass
    ) -> Panels {
        let result = pass.zeroPanels(rows: x.rows, features: rowWidth + dimension)
        for panel in 0..<x.count {
            (result.values + panel * result.features * Panels.lanes).update(
                from: x.values + panel * rowWidth * Panels.lanes, count: rowWidth * Panels.lanes)
        }
        let (kernel, bias) = (pass.value(kernel), pass.value(bias))
        for row in 0..<x.rows {
            let tag = kernel + Int(truth.entities[row]) * dimension
            for feature in 0..<dimension {
                result.values[result.place(row: row, feature: rowWidth + feature)] = tag[feature] + bias[feature]
            }
        }
        return result
    }

    /// The exponentials of a field's transitions, which all chunks of a step need.
    ///
    /// Unchecked: written before the chunks begin, read by them.
    final class Field: @unchecked Sendable {
        private let tags: Int
        private let exponentials: UnsafeMutablePointer<Float>
        private var highest: Float = 0

        init(tags: Int) {
            self.tags = tags
            exponentials = .allocate(capacity: tags * tags + 32)
        }

        deinit { exponentials.deallocate() }

        func prepare(_ transitions: UnsafePointer<Float>, _ kernels: parley_training_kernels) {
            highest = kernels.crf_exponentials(transitions, tags, exponentials)
        }

        fileprivate func crf(_ transitions: UnsafePointer<Float>) -> parley_crf {
            parley_crf(tags: tags, transitions: transitions, exponentials: exponentials, highest: highest)
        }
    }
}
