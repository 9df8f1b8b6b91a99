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
        var tensor = WireWriter()
        tensor.field(1, number: DataType.float)
        tensor.field(2, bytes: [])
        tensor.field(4, bytes: withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) })
        return summary(tensor, tag, plugin: "scalars", step: step, time: time)
    }

    private enum DataType {
        static let float = 1
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
