import Glibc

/// The probabilities of all labels of the words of one text, by the forward-backward algorithm.
///
/// Every sum runs from left to right, one product after the other: in training, rounding decides whether a weight that
/// lies on the border becomes one, so that another order would lead to another model than CRFsuite's.
struct FieldLattice {
    let labels: Int
    /// One row per word, one column per label: sums of weights, then their exponentials.
    private(set) var states: [Double] = []
    private var alpha: [Double] = []
    private var beta: [Double] = []
    private var scale: [Double] = []
    private var row: [Double]
    /// The probability of each label of each word.
    private(set) var marginals: [Double] = []
    /// How often each label is expected to follow each other one.
    private(set) var transitions: [Double]

    init(labels: Int) {
        self.labels = labels
        row = Array(repeating: 0, count: labels)
        transitions = Array(repeating: 0, count: labels * labels)
    }

    /// Begins a text.
    mutating func prepare(words: Int) {
        let size = words * labels
        if states.count < size {
            let zeros = [Double](repeating: 0, count: size)
            (states, alpha, beta, marginals) = (zeros, zeros, zeros, zeros)
            scale = Array(repeating: 0, count: words)
        } else {
            for place in 0..<size { states[place] = 0 }
        }
    }

    /// Adds to the score of a label of a word.
    @inline(__always)
    mutating func add(_ score: Double, word: Int, label: Int) {
        states[word * labels + label] += score
    }

    /// Computes everything from the scores.
    ///
    /// - Parameter factors: The exponential of the weight of each transition.
    /// - Returns: The logarithm of the sum over all ways to label the words.
    mutating func run(words: Int, factors: [Double], wantsTransitions: Bool) -> Double {
        for place in 0..<words * labels { states[place] = exp(states[place]) }
        forward(words, factors)
        backward(words, factors)
        for word in 0..<words {
            let unscale = 1 / scale[word]
            for place in word * labels..<(word + 1) * labels { marginals[place] = alpha[place] * beta[place] * unscale }
        }
        if wantsTransitions { expectTransitions(words, factors) }
        var sum = 0.0
        for word in 0..<words { sum += log(scale[word]) }
        return -sum
    }

    private mutating func forward(_ words: Int, _ factors: [Double]) {
        let labels = labels
        alpha.withUnsafeMutableBufferPointer { alpha in
            for word in 0..<words {
                let here = word * labels
                for label in 0..<labels { alpha[here + label] = word == 0 ? states[label] : 0 }
                if word > 0 {
                    for from in 0..<labels {
                        let before = alpha[here - labels + from]
                        for label in 0..<labels { alpha[here + label] += before * factors[from * labels + label] }
                    }
                    for label in 0..<labels { alpha[here + label] *= states[here + label] }
                }
                var sum = 0.0
                for label in 0..<labels { sum += alpha[here + label] }
                let factor = sum != 0 ? 1 / sum : 1
                scale[word] = factor
                for label in 0..<labels { alpha[here + label] *= factor }
            }
        }
    }

    private mutating func backward(_ words: Int, _ factors: [Double]) {
        for label in 0..<labels { beta[(words - 1) * labels + label] = scale[words - 1] }
        guard words > 1 else { return }
        for word in (0..<words - 1).reversed() {
            let next = (word + 1) * labels
            for label in 0..<labels { row[label] = beta[next + label] * states[next + label] }
            for from in 0..<labels {
                var sum = 0.0
                for label in 0..<labels { sum += factors[from * labels + label] * row[label] }
                beta[word * labels + from] = sum * scale[word]
            }
        }
    }

    private mutating func expectTransitions(_ words: Int, _ factors: [Double]) {
        let labels = labels
        for place in transitions.indices { transitions[place] = 0 }
        guard words > 1 else { return }
        transitions.withUnsafeMutableBufferPointer { transitions in
            for word in 0..<words - 1 {
                let next = (word + 1) * labels
                for label in 0..<labels { row[label] = beta[next + label] * states[next + label] }
                for from in 0..<labels {
                    let before = alpha[word * labels + from]
                    for label in 0..<labels {
                        transitions[from * labels + label] += before * factors[from * labels + label] * row[label]
                    }
                }
            }
        }
    }
}
