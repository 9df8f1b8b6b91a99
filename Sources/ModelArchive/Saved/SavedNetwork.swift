import ExactText

/// A network as a checkpoint has it, from which a training goes on.
package struct SavedNetwork: Sendable {
    package struct Variable: Sendable {
        /// What it is called by layers, such as `embed.label/_dense/kernel`.
        package let name: String
        package let shape: [Int]
        package let values: [Float]
        /// Adam's moments, of the same shape; empty for what is not learned, and where the checkpoint has none.
        package fileprivate(set) var firstMoments: [Float] = []
        package fileprivate(set) var secondMoments: [Float] = []
    }

    /// Sorted by name.
    package private(set) var variables: [Variable] = []
    /// Whether the layers are at the root of the checkpoint, as in earlier versions, and not below `model`.
    package private(set) var isAtRoot = false
    /// The batches that Adam has seen; 0 without moments.
    package private(set) var steps: Int64 = 0

    /// - Parameter name: The checkpoint, for errors.
    /// - Throws: ``ArchiveError`` with `.badCheckpoint` where an entry does not fit the data, or its check sum is wrong.
    init(
        _ index: CheckpointIndex, data: UnsafeRawBufferPointer, name: String, checkSums: CRC32C
    ) throws(ArchiveError) {
        var moments: [Int: BundleEntry] = [:]
        for (key, entry) in index.entries {
            guard entry.fits(dataSize: data.count) else {
                throw ArchiveError(.badCheckpoint, "\(name): the size or place of variable '\(key)' does not fit")
            }
            let bytes = UnsafeRawBufferPointer(rebasing: data[entry.offset..<entry.offset + entry.size])
            if key.exact == Self.stepsKey.exact, entry.type == BundleEntry.int64 {
                steps = Int64(littleEndian: bytes.loadUnaligned(as: Int64.self))
            }
            guard entry.isFloat else { continue }
            if let number = Self.momentNumber(key) { moments[number] = entry }
            guard let variable = VariableName.name(ofKey: key), !VariableName.isMetric(variable) else { continue }
            if VariableName.isAtRoot(key) { isAtRoot = true }
            guard checkSums.masked(bytes) == entry.checkSum else {
                throw ArchiveError(.badCheckpoint, "\(name): the check sum of variable '\(key)' is wrong")
            }
            variables.append(Variable(name: variable, shape: entry.shape, values: Self.numbers(bytes)))
        }
        variables.sort { $0.name.exact < $1.name.exact }
        takeMoments(moments, data)
    }

    /// Moments are found by number alone. Where they do not fit the variables, as those of another optimizer, there are
    /// none, and training begins with new ones.
    private mutating func takeMoments(_ entries: [Int: BundleEntry], _ data: UnsafeRawBufferPointer) {
        let learned = variables.indices.filter { VariableName.isLearned(variables[$0].name) }
            .sorted { VariableOrder(ofTensor: variables[$0].name) < VariableOrder(ofTensor: variables[$1].name) }
        func moment(_ number: Int, _ shape: [Int]) -> [Float]? {
            guard let entry = entries[number], entry.shape == shape else { return nil }
            return Self.numbers(UnsafeRawBufferPointer(rebasing: data[entry.offset..<entry.offset + entry.size]))
        }
        var found: [(first: [Float], second: [Float])] = []
        for (place, variable) in learned.enumerated() {
            let shape = variables[variable].shape
            guard let first = moment(2 * place + 1, shape), let second = moment(2 * place + 2, shape) else { break }
            found.append((first, second))
        }
        guard found.count == learned.count, steps > 0 else {
            steps = 0
            return
        }
        for (variable, moments) in zip(learned, found) {
            variables[variable].firstMoments = moments.first
            variables[variable].secondMoments = moments.second
        }
    }

    private static let stepsKey = VariableName.key(of: ["model", "optimizer", "_iterations"])

    /// Which of the optimizer's variables a key names; the steps are number 0.
    private static func momentNumber(_ key: String) -> Int? {
        guard let rest = key.exact.removingPrefix("model/optimizer/_variables/") else { return nil }
        return String(rest).exact.split(separator: "/").first.flatMap { Int($0) }
    }

    private static func numbers(_ bytes: UnsafeRawBufferPointer) -> [Float] {
        let width = MemoryLayout<Float>.stride
        return (0..<bytes.count / width).map { bytes.loadUnaligned(fromByteOffset: $0 * width, as: Float.self) }
    }
}
