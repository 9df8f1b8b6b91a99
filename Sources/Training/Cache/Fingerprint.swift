import Cryptography
import ExactText
import JSON
import Networks
import Tensors

/// What tells whether a network would learn from the same things as before: SHA-256 over all of them.
struct Fingerprint {
    private let digest: RunningDigest?

    /// Changes with what networks learn from the same things.
    private static let version = 1

    /// - Parameter step: The component with its options.
    init(_ step: PipelineStep) {
        digest = RunningDigest(.sha256)
        add([.int(Self.version), .string(step.uses), .object(step.config)])
    }

    /// The digest of all that was added, in hexadecimal digits; nil where there was no memory for it.
    func finish() -> String? {
        digest.map { $0.finish().map { String(String(UInt16($0) + 256, radix: 16).dropFirst()) }.joined() }
    }

    func add(_ json: JSON) {
        let bytes = json.encoded(.pythonSorted)
        add(counted: bytes)
    }

    /// The network's data: features, labels and tags.
    func add(_ examples: TextExamples) {
        add(counted: examples.examples.map { Int64($0.label ?? -1) })
        for example in examples.examples {
            add(example.rows)
            for tags in example.tags { add(counted: tags) }
        }
        for label in examples.labels { add(label) }
        add(counted: examples.tagSets.map { Int64($0.count) })
        add(counted: (examples.sparseWidths.sequence + examples.sparseWidths.sentence).map(Int64.init))
    }

    /// The network's data: turns, and the dialogues that are made of them.
    func add(_ examples: DialogueExamples) {
        for turn in examples.turns {
            add(turn.attributes)
            add(counted: turn.tags)
        }
        for example in examples.examples {
            add(counted: example.turns)
            add(counted: example.labels)
        }
        for label in examples.labels { add(label) }
        add(counted: [Int64(examples.entityTags ?? -1)])
    }

    private func add(_ attributes: [TurnAttribute: TextFeatureRows]) {
        for (place, attribute) in TurnAttribute.allCases.enumerated() {
            guard let rows = attributes[attribute] else { continue }
            add(counted: [Int64(place)])
            add(rows)
        }
        add(counted: [Int64(-1)])
    }

    private func add(_ rows: TextFeatureRows) {
        for features in [rows.sequence, rows.sentence] {
            add(counted: features.sparse?.rowStarts ?? [])
            add(counted: features.sparse?.columnIndices ?? [])
            add(counted: features.sparse?.values ?? [])
            add(counted: features.dense?.values ?? [])
        }
    }

    /// Numbers, with their count before them, so that where they end counts too.
    private func add<Number: BitwiseCopyable>(counted numbers: [Number]) {
        withUnsafeBytes(of: Int64(numbers.count)) { digest?.add($0) }
        numbers.withUnsafeBytes { digest?.add($0) }
    }
}
