import ExactText
package import System

/// A network's variables and what its optimizer remembers, as TensorFlow keeps them.
package struct NetworkCheckpoint: Sendable {
    /// The file `<stem>.index`: the keys, and where each variable is.
    package let index: [UInt8]
    /// The file `<stem>.data-00000-of-00001`: the numbers of all variables, one after the other.
    package let data: UnnamedFile

    /// The file `checkpoint`, which names the newest checkpoint of its directory.
    package static func pointer(stem: String) -> [UInt8] {
        Array("model_checkpoint_path: \"\(stem)\"\nall_model_checkpoint_paths: \"\(stem)\"\n".utf8)
    }
}

/// Writes the checkpoint of a network, from which Parley reads the weights, and Rasa all that it takes to train on.
///
/// Variables are written to the disk as they come, so that none is in memory twice. The same variables in the same order
/// give the same bytes.
package final class CheckpointWriter {
    /// What Adam remembers of one variable, in the variable's shape.
    package struct Moments {
        /// The running mean of its gradients.
        let first: UnsafeBufferPointer<Float>
        /// The running mean of their squares.
        let second: UnsafeBufferPointer<Float>

        package init(first: UnsafeBufferPointer<Float>, second: UnsafeBufferPointer<Float>) {
            (self.first, self.second) = (first, second)
        }
    }

    private let data: UnnamedFile
    private let checkSums = CRC32C()
    private var offset = 0
    private var variables: [(name: ExactString, entry: BundleEntry)] = []
    private var moments: [(order: VariableOrder, first: BundleEntry, second: BundleEntry)] = []

    /// - Parameter directory: Whose disk holds the data, in a file without a name.
    /// - Throws: ``ArchiveError`` with `.inputOutput`.
    package init(in directory: String) throws(ArchiveError) {
        do throws(SystemError) {
            data = try UnnamedFile(in: directory)
        } catch {
            throw ArchiveError(.inputOutput, "cannot make a file in \(directory): \(error)")
        }
    }

    /// Writes one variable.
    ///
    /// - Parameters:
    ///   - name: What it is called by layers, such as `embed.label/_dense/kernel`. Each name once.
    ///   - shape: The size of each dimension; empty for a single number.
    ///   - values: The numbers, row by row.
    ///   - moments: Nil where the variable is not trained, as masks of kernels are not.
    /// - Throws: ``ArchiveError`` with `.inputOutput`, such as for a full disk.
    package func write(
        _ name: String, shape: [Int], _ values: UnsafeBufferPointer<Float>, moments: Moments? = nil
    ) throws(ArchiveError) {
        variables.append((name.exact, try append(values, shape)))
        guard let moments else { return }
        self.moments.append(
            (VariableOrder(ofTensor: name), try append(moments.first, shape), try append(moments.second, shape)))
    }

    /// Writes one variable that is in an array, and so are its moments.
    package func write(
        _ name: String, shape: [Int], _ values: [Float], moments: (first: [Float], second: [Float])? = nil
    ) throws(ArchiveError) {
        try values.withUnsafeBufferPointer { (values) throws(ArchiveError) in
            guard let moments else { return try write(name, shape: shape, values) }
            try moments.first.withUnsafeBufferPointer { (first) throws(ArchiveError) in
                try moments.second.withUnsafeBufferPointer { (second) throws(ArchiveError) in
                    try write(name, shape: shape, values, moments: Moments(first: first, second: second))
                }
            }
        }
    }

    /// Ends the checkpoint.
    ///
    /// - Parameters:
    ///   - steps: How many batches Adam has seen.
    ///   - learningRate: Adam's; Rasa trains on with it.
    /// - Throws: ``ArchiveError`` with `.inputOutput`.
    package func finish(steps: Int, learningRate: Float) throws(ArchiveError) -> NetworkCheckpoint {
        var entries = variables.map { variable in
            (path: VariableName.path(ofTensor: variable.name.string), entry: variable.entry)
        }
        if !moments.isEmpty {
            entries.append((["optimizer", "_iterations"], try append(Int64(steps), type: BundleEntry.int64)))
            entries.append((["optimizer", "_learning_rate"], try append(learningRate, type: BundleEntry.float)))
            // Number 0 of the list is the number of steps, which has its own name.
            for (index, moment) in moments.sorted(by: { $0.order < $1.order }).enumerated() {
                entries.append((["optimizer", "_variables", "\(2 * index + 1)"], moment.first))
                entries.append((["optimizer", "_variables", "\(2 * index + 2)"], moment.second))
            }
        }
        return NetworkCheckpoint(index: try index(of: entries), data: data)
    }

    private func index(of entries: [(path: [String], entry: BundleEntry)]) throws(ArchiveError) -> [UInt8] {
        var graph = ObjectGraph()
        var rows: [(key: [UInt8], value: [UInt8])] = []
        for (path, entry) in entries {
            let path = ["model"] + path
            let key = VariableName.key(of: path)
            graph.add(path, key: key)
            rows.append((Array(key.utf8), entry.encoded()))
        }
        rows.append((Array("_CHECKPOINTABLE_OBJECT_GRAPH".utf8), try append(text: graph.encoded()).encoded()))
        var table = TableWriter(checkSums: checkSums)
        table.add([], BundleEntry.header)
        for row in rows.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) { table.add(row.key, row.value) }
        return table.finish()
    }

    private func append(_ values: UnsafeBufferPointer<Float>, _ shape: [Int]) throws(ArchiveError) -> BundleEntry {
        precondition(elementCount(ofShape: shape) == values.count, "the shape does not fit the values")
        let bytes = UnsafeRawBufferPointer(values)
        return try append(bytes, type: BundleEntry.float, shape: shape, checkSum: checkSums.masked(bytes))
    }

    private func append(_ number: some BitwiseCopyable, type: UInt64) throws(ArchiveError) -> BundleEntry {
        try append(withUnsafeBytes(of: number) { Array($0) }, type: type) { checkSums.masked($0) }
    }

    /// A text: its length, the length's check sum, and its bytes. The check sum of the whole is taken over the length as
    /// a number of 32 bits.
    private func append(text: [UInt8]) throws(ArchiveError) -> BundleEntry {
        var checked = WireWriter()
        checked.fixed(UInt32(text.count))
        let lengthSum = checked.bytes.withUnsafeBytes { checkSums.masked($0) }
        checked.fixed(lengthSum)
        checked.append(text)
        var written = WireWriter()
        written.varint(text.count)
        written.fixed(lengthSum)
        written.append(text)
        return try append(written.bytes, type: BundleEntry.text) { _ in
            checked.bytes.withUnsafeBytes { checkSums.masked($0) }
        }
    }

    private func append(
        _ bytes: [UInt8], type: UInt64, checkSum: (UnsafeRawBufferPointer) -> UInt32
    ) throws(ArchiveError) -> BundleEntry {
        try bytes.withUnsafeBufferPointer { (bytes) throws(ArchiveError) in
            let bytes = UnsafeRawBufferPointer(bytes)
            return try append(bytes, type: type, shape: [], checkSum: checkSum(bytes))
        }
    }

    private func append(
        _ bytes: UnsafeRawBufferPointer, type: UInt64, shape: [Int], checkSum: UInt32
    ) throws(ArchiveError) -> BundleEntry {
        do throws(SystemError) {
            try data.append(bytes)
        } catch {
            throw ArchiveError(.inputOutput, "cannot write the weights of a network: \(error)")
        }
        defer { offset += bytes.count }
        return BundleEntry(type: type, shape: shape, offset: offset, size: bytes.count, checkSum: checkSum)
    }
}
