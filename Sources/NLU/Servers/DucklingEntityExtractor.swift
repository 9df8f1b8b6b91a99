import Encodings
import ExactText
import Glibc
import JSON
import Logging
import ModelArchive
import TextFeatures

/// Has a Duckling server find dates, numbers, amounts and the like (Rasa's `DucklingEntityExtractor`).
struct DucklingEntityExtractor: RemoteComponent {
    static let name = "DucklingEntityExtractor"
    private let client: (any EntityExtractionClient)?
    /// Nil if neither the pipeline nor the environment names a server.
    private let address: String?
    private let options: ComponentOptions
    /// The kinds of entities that count.
    private let dimensions: NameSelection
    /// Nil for as long as it takes.
    private let timeout: Duration?
    /// Why Duckling cannot be asked; Rasa fails there with every message.
    private let failure: ModelFailure?
    private let logger = Logger(label: "parley.understanding")

    init(_ context: inout LoadingContext, servers: RemoteExtractors?) throws(LoadError) {
        options = context.options
        client = servers?.client
        dimensions = try options.names("dimensions")
        var failure: ModelFailure?
        let given = servers?.ducklingAddress ?? ""
        if given.isEmpty, let url = options["url"], !url.isNull {
            address = url.string.map(Self.address)
            if address == nil { failure = ModelFailure(options, "url", "an address, or null for none") }
        } else {
            address = given.isEmpty ? nil : Self.address(given)
        }
        switch options["timeout"] {
        case nil: timeout = .seconds(3)
        case .null: timeout = nil
        case .some(let value):
            let seconds = value.double ?? 0
            timeout = .seconds(seconds)
            if seconds <= 0 { failure = ModelFailure(options, "timeout", "a number of seconds above 0, or null") }
        }
        self.failure = failure
        if let failure {
            logger.warning(
                "A pipeline needs Duckling, which does not respond; every message will fail",
                metadata: ["error": "\(failure)"])
        } else if address == nil {
            logger.warning(
                "A pipeline uses Duckling, but neither 'url' nor RASA_DUCKLING_HTTP_URL says where it is; it extracts nothing",
                metadata: ["node": "\(context.node.name)"])
        }
    }

    private static func address(_ base: String) -> String {
        base.utf8.last == UInt8(ascii: "/") ? base + "parse" : base + "/parse"
    }

    /// Without waiting there is nothing to find.
    func process(_ message: inout Message, using scratch: Scratch) {}

    func ask(about message: inout Message) async {
        if let failure {
            message.failure = failure
            return
        }
        guard let address, let client else { return }
        do {
            let form = form(for: message.text.string, seconds: time(nil))
            let response = try await client.post(form: form, to: address, timeout: timeout)
            guard response.status == 200 else {
                logger.error(
                    "Duckling did not respond as expected; its entities are missing",
                    metadata: ["address": "\(address)", "status": "\(response.status)"])
                return
            }
            message.entities += entities(try JSON(parsing: response.body))
        } catch {
            logger.error(
                "Duckling could not be reached; its entities are missing",
                metadata: ["address": "\(address)", "error": "\(error)"])
        }
    }

    /// The form that asks about a text at a time.
    func form(for text: String, seconds: Int) -> String {
        var items = ["text=" + Percent.encode(form: text)]
        items += fields("locale", options["locale"]) + fields("tz", options["timezone"])
        items.append("dims=" + Percent.encode(form: dimensionsText))
        items.append("reftime=\(seconds * 1000)")
        return items.joined(separator: "&")
    }

    /// A value in a form, as Python writes it; a list has a field for each of its elements.
    private func fields(_ name: String, _ value: JSON?) -> [String] {
        switch value {
        case nil, .null: []
        case .array(let elements): elements.flatMap { fields(name, $0) }
        case .object(let members): members.keys.flatMap { fields(name, .string($0.string)) }
        case .string(let text): ["\(name)=" + Percent.encode(form: text)]
        case .bool(let flag): ["\(name)=" + (flag ? "True" : "False")]
        case .some(let number): ["\(name)=" + Percent.encode(form: number.text())]
        }
    }

    /// The kinds of entities in the form, as Python writes JSON.
    private var dimensionsText: String {
        guard case .array(let names) = options["dimensions"] else { return (options["dimensions"] ?? .null).text() }
        return "[" + names.map { $0.text() }.joined(separator: ", ") + "]"
    }

    /// The entities of a response; what has no place or value is left out.
    func entities(_ response: JSON) -> [EntityMatch] {
        var found: [EntityMatch] = []
        for match in response.array ?? [] {
            guard let kind = match["dim"]?.string, let start = match["start"]?.int, let end = match["end"]?.int,
                let details = match["value"], dimensions.contains(.string(kind))
            else { continue }
            var value = details["value"] ?? .null
            if details["type"]?.string == "interval" {
                value = ["to": details["to"]?["value"] ?? .null, "from": details["from"]?["value"] ?? .null]
            }
            var entity = EntityMatch(entity: kind, start: start, end: end, value: value, extractor: Self.name)
            entity.confidence = 1
            entity.remote = EntityMatch.Remote(text: match["body"] ?? match["text"] ?? .null, details: details)
            found.append(entity)
        }
        return found
    }
}
