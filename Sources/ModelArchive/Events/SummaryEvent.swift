/// The bytes of events as TensorFlow writes them (`tensorflow.Event` in Protocol Buffers).
enum SummaryEvent {
    /// What a file begins with: the version of its form, and who wrote it.
    static func head(time: Double) -> [UInt8] {
        var source = WireWriter()
        source.field(1, bytes: "tensorflow.core.util.events_writer".utf8)
        var event = WireWriter()
        event.field(1, fixed: time.bitPattern)
        event.field(3, bytes: "brain.Event:2".utf8)
        event.field(10, bytes: source.bytes)
        return event.bytes
    }

    /// A number under a tag.
    static func scalar(_ value: Float, _ tag: String, step: Int, time: Double) -> [UInt8] {
        let tensor = tensor(of: DataType.float, shape: [], [value.bitPattern.littleEndian])
        return summary(tensor, tag, plugin: "scalars", step: step, time: time)
    }

    /// How numbers are spread, under a tag.
    static func histogram(_ histogram: Histogram, _ tag: String, step: Int, time: Double) -> [UInt8] {
        let numbers = histogram.buckets.flatMap { [$0.from, $0.to, Double($0.count)] }
        let tensor = tensor(
            of: DataType.double, shape: [histogram.buckets.count, 3], numbers.map(\.bitPattern.littleEndian))
        return summary(tensor, tag, plugin: "histograms", step: step, time: time)
    }

    private enum DataType {
        static let float = 1
        static let double = 2
    }

    /// - Parameter elements: In the machine's order of bytes, as they are to be written.
    private static func tensor(of type: Int, shape: [Int], _ elements: [some BitwiseCopyable]) -> WireWriter {
        var dimensions = WireWriter()
        for size in shape {
            var dimension = WireWriter()
            dimension.field(1, number: size)
            dimensions.field(2, bytes: dimension.bytes)
        }
        var tensor = WireWriter()
        tensor.field(1, number: type)
        tensor.field(2, bytes: dimensions.bytes)
        tensor.field(4, bytes: elements.withUnsafeBytes { Array($0) })
        return tensor
    }

    /// - Parameter plugin: The part of TensorBoard that shows the tensor.
    private static func summary(
        _ tensor: WireWriter, _ tag: String, plugin: String, step: Int, time: Double
    ) -> [UInt8] {
        var name = WireWriter()
        name.field(1, bytes: plugin.utf8)
        var metadata = WireWriter()
        metadata.field(1, bytes: name.bytes)
        var value = WireWriter()
        value.field(1, bytes: tag.utf8)
        value.field(8, bytes: tensor.bytes)
        value.field(9, bytes: metadata.bytes)
        var summary = WireWriter()
        summary.field(1, bytes: value.bytes)
        var event = WireWriter()
        event.field(1, fixed: time.bitPattern)
        // A field that is zero is left out.
        if step != 0 { event.field(2, number: step) }
        event.field(5, bytes: summary.bytes)
        return event.bytes
    }
}
