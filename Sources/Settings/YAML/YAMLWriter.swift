import CLibYAML
import ExactText
public import JSON

/// A document to be written as YAML.
public indirect enum YAMLDocument: Sendable, Hashable {
    /// A scalar, list or group in the plainest form that reads back as the same value.
    case value(JSON)
    /// A text between double quotes.
    case quoted(String)
    /// A text in a block of its own, where its characters allow it.
    case block(String)
    /// A list.
    case list([YAMLDocument])
    /// A group of keys in order.
    case group([Member])

    /// A key with its value.
    public struct Member: Sendable, Hashable {
        let key: String
        let value: YAMLDocument

        /// A key with its value.
        public init(_ key: String, _ value: YAMLDocument) {
            self.key = key
            self.value = value
        }
    }

    /// The document as text in UTF-8, written by libyaml.
    public var text: [UInt8] {
        let substitutes = Substitutes(for: self)
        let writer = YAMLWriter(substitutes)
        writer.write(self)
        return substitutes.undone(in: writer.output)
    }
}

/// Feeds libyaml's emitter, whose events are data alone: none of the calls can fail but for want of memory.
private final class YAMLWriter {
    private(set) var output: [UInt8] = []
    private var emitter = yaml_emitter_t()
    private let substitutes: Substitutes

    init(_ substitutes: Substitutes) { self.substitutes = substitutes }

    func write(_ document: YAMLDocument) { write { add(document) } }

    private func write(_ content: () -> Void) {
        yaml_emitter_initialize(&emitter)
        defer { yaml_emitter_delete(&emitter) }
        yaml_emitter_set_unicode(&emitter, 1)
        yaml_emitter_set_width(&emitter, -1)
        let handler: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutablePointer<UInt8>?, Int) -> Int32 = {
            context, bytes, count in
            guard let context, let bytes else { return 0 }
            let writer = Unmanaged<YAMLWriter>.fromOpaque(context).takeUnretainedValue()
            writer.output.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
            return 1
        }
        yaml_emitter_set_output(&emitter, handler, Unmanaged.passUnretained(self).toOpaque())
        emit { yaml_stream_start_event_initialize(&$0, YAML_UTF8_ENCODING) }
        emit { yaml_document_start_event_initialize(&$0, nil, nil, nil, 1) }
        content()
        emit { yaml_document_end_event_initialize(&$0, 1) }
        emit { yaml_stream_end_event_initialize(&$0) }
    }

    private func add(_ document: YAMLDocument) {
        switch document {
        case .value(.array(let elements)): list(elements.map(YAMLDocument.value))
        case .value(.object(let members)):
            group(members.map { YAMLDocument.Member($0.key, .value($0.value)) })
        case .value(.string(let text)): plain(text)
        case .value(.null): scalar("null", YAML_PLAIN_SCALAR_STYLE)
        case .value(let value): scalar(value.text(), YAML_PLAIN_SCALAR_STYLE)
        case .quoted(let text): scalar(text, YAML_DOUBLE_QUOTED_SCALAR_STYLE)
        case .block(let text): scalar(text, YAML_LITERAL_SCALAR_STYLE)
        case .list(let elements): list(elements)
        case .group(let members): group(members)
        }
    }

    private func list(_ elements: [YAMLDocument]) {
        emit { yaml_sequence_start_event_initialize(&$0, nil, nil, 1, YAML_BLOCK_SEQUENCE_STYLE) }
        for element in elements { add(element) }
        emit { yaml_sequence_end_event_initialize(&$0) }
    }

    private func group(_ members: [YAMLDocument.Member]) {
        emit { yaml_mapping_start_event_initialize(&$0, nil, nil, 1, YAML_BLOCK_MAPPING_STYLE) }
        for member in members {
            plain(member.key)
            add(member.value)
        }
        emit { yaml_mapping_end_event_initialize(&$0) }
    }

    /// A text without quotes, unless it would be read as something else. Quotes are single ones, but for texts that
    /// single ones would make hard to read.
    private func plain(_ text: String) {
        let isText = if case .string = YAMLScalar.value(of: text) { true } else { false }
        let isHardToRead = text.exact.contains("\n") || text.exact.contains("'") && !(isText && Self.canBePlain(text))
        let plain = isText ? YAML_PLAIN_SCALAR_STYLE : YAML_SINGLE_QUOTED_SCALAR_STYLE
        scalar(text, isHardToRead ? YAML_DOUBLE_QUOTED_SCALAR_STYLE : plain)
    }

    /// Whether libyaml writes the text without quotes.
    private static func canBePlain(_ text: String) -> Bool {
        let writer = YAMLWriter(Substitutes(for: .value(.string(text))))
        writer.write { writer.scalar(text, YAML_PLAIN_SCALAR_STYLE) }
        return writer.output.first != UInt8(ascii: "'")
    }

    private func scalar(_ text: String, _ style: yaml_scalar_style_t) {
        var bytes = Array(substitutes.done(in: text, isBlock: style == YAML_LITERAL_SCALAR_STYLE).utf8)
        emit { event in
            bytes.withUnsafeMutableBufferPointer { bytes in
                yaml_scalar_event_initialize(&event, nil, nil, bytes.baseAddress, Int32(bytes.count), 1, 1, style)
            }
        }
    }

    private func emit(_ make: (inout yaml_event_t) -> Int32) {
        var event = yaml_event_t()
        guard make(&event) == 1 else { return }
        yaml_emitter_emit(&emitter, &event)
    }
}
