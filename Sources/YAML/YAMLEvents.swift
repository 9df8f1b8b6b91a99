import CLibYAML

/// The events of a YAML text in order, from libyaml.
final class YAMLEvents {
    struct Event {
        enum Kind {
            case mappingStart
            case mappingEnd
            case sequenceStart
            case sequenceEnd
            case scalar(String, isPlain: Bool)
            case alias(String)
            case documentStart
            case documentEnd
            case streamStart
            case streamEnd
        }

        let kind: Kind
        var anchor: String?
        /// The tag that was written, with its handle replaced; nil without one.
        var tag: String?
        let place: SourcePlace
    }

    private let file: String
    private let text: UnsafeMutableBufferPointer<UInt8>
    /// On the heap because libyaml keeps pointers into it.
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    /// Events of a text in UTF-8.
    ///
    /// - Parameter file: The name that stands in errors.
    init(_ bytes: [UInt8], file: String) throws(SourceError) {
        self.file = file
        text = .allocate(capacity: bytes.count)
        _ = text.initialize(from: bytes)
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        guard yaml_parser_initialize(parser) == 1 else {
            throw SourceError(.unreadable, at: SourcePlace(file: file), "no memory to read the file")
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, text.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        text.deallocate()
    }

    /// The next event.
    ///
    /// - Throws: ``SourceError`` with `.badYAML` and libyaml's reason.
    func next() throws(SourceError) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw problem() }
        defer { yaml_event_delete(&event) }
        let place = place(event.start_mark)
        switch event.type {
        case YAML_STREAM_START_EVENT: return Event(kind: .streamStart, place: place)
        case YAML_DOCUMENT_START_EVENT: return Event(kind: .documentStart, place: place)
        case YAML_DOCUMENT_END_EVENT: return Event(kind: .documentEnd, place: place)
        case YAML_MAPPING_START_EVENT:
            let data = event.data.mapping_start
            return Event(kind: .mappingStart, anchor: string(data.anchor), tag: string(data.tag), place: place)
        case YAML_MAPPING_END_EVENT: return Event(kind: .mappingEnd, place: place)
        case YAML_SEQUENCE_START_EVENT:
            let data = event.data.sequence_start
            return Event(kind: .sequenceStart, anchor: string(data.anchor), tag: string(data.tag), place: place)
        case YAML_SEQUENCE_END_EVENT: return Event(kind: .sequenceEnd, place: place)
        case YAML_SCALAR_EVENT:
            let data = event.data.scalar
            let text = String(decoding: UnsafeBufferPointer(start: data.value, count: data.length), as: UTF8.self)
            let isPlain = data.style == YAML_PLAIN_SCALAR_STYLE
            return Event(
                kind: .scalar(text, isPlain: isPlain), anchor: string(data.anchor), tag: string(data.tag), place: place)
        case YAML_ALIAS_EVENT:
            return Event(kind: .alias(string(event.data.alias.anchor) ?? ""), place: place)
        default: return Event(kind: .streamEnd, place: place)
        }
    }

    private func problem() -> SourceError {
        let reason = parser.pointee.problem.map { String(cString: $0) } ?? "the text cannot be read"
        var place = place(parser.pointee.problem_mark)
        if parser.pointee.error == YAML_READER_ERROR {
            // Reader errors know the byte only.
            let before = text.prefix(Int(parser.pointee.problem_offset))
            place = SourcePlace(file: file, line: before.count { $0 == UInt8(ascii: "\n") } + 1, column: 1)
        }
        var message = "not valid YAML: \(reason)"
        if let context = parser.pointee.context {
            let started = parser.pointee.context_mark.line + 1
            message +=
                " \(String(cString: context))" + (Int(started) == place.line ? "" : " that began in line \(started)")
        }
        return SourceError(.badYAML, at: place, message)
    }

    private func place(_ mark: yaml_mark_t) -> SourcePlace {
        SourcePlace(file: file, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    private func string(_ text: UnsafeMutablePointer<UInt8>?) -> String? {
        text.map { String(cString: $0) }
    }
}
