internal import Encodings
internal import ExactText
internal import Glibc
internal import JSON
internal import Logging

/// Has a Duckling server find dates, numbers, amounts and the like (Rasa's `DucklingEntityExtractor`).
struct DucklingEntityExtractor: AskingComponent {
    static let name = "DucklingEntityExtractor"
    private let client: (any RemoteExtraction)?
    /// Nil if neither the pipeline nor the environment names a server.
    private let address: String?
    /// The kinds of entities that count; empty for all.
    private let dimensions: [String]
    private let timeout: Duration?
    private let locale: String?
    private let timeZone: String?
    private let dimensionsText: String
    private let logger = Logger(label: "parley.understanding")

    init(_ context: inout LoadingContext) throws(LoadError) {
        let settings = context.settings
        let given = context.servers?.ducklingAddress ?? ""
        let base = given.isEmpty ? try settings.optionalText("url") : given
        address = base.map { $0.exact.hasSuffix("/") ? $0 + "parse" : $0 + "/parse" }
        client = context.servers?.client
        dimensions = try settings.texts("dimensions")
        let isLimited = !(settings.values["dimensions"]?.isNull ?? true)
        dimensionsText =
            isLimited ? "[" + dimensions.map { JSON.string($0).text() }.joined(separator: ", ") + "]" : "null"
        locale = try settings.optionalText("locale")
        timeZone = try settings.optionalText("timezone")
        let isEndless = settings.values["timeout"]?.isNull ?? false
        timeout = isEndless ? nil : .seconds(try settings.number("timeout", default: 3))
        if address == nil {
            logger.warning(
                "A pipeline asks Duckling, but neither 'url' nor RASA_DUCKLING_HTTP_URL says where it is; it finds nothing.",
                metadata: ["node": "\(context.node.name)"])
        }
    }

    /// Without waiting there is nothing to find.
    func process(_ message: inout Message, using scratch: Scratch) {}

    func ask(about message: inout Message) async {
        guard let address, let client else { return }
        do {
            let form = form(for: message.text.string, seconds: time(nil))
            let answer = try await client.post(form: form, to: address, timeout: timeout)
            guard answer.status == 200 else {
                logger.error(
                    "Duckling did not answer properly; its entities are missing.",
                    metadata: ["address": "\(address)", "status": "\(answer.status)"])
                return
            }
            message.entities += entities(try JSON(parsing: answer.body))
        } catch {
            logger.error(
                "Duckling could not be asked; its entities are missing.",
                metadata: ["address": "\(address)", "error": "\(error)"])
        }
    }

    /// The form that asks about a text at a time.
    func form(for text: String, seconds: Int) -> String {
        var items = ["text=" + Percent.encode(form: text)]
        if let locale { items.append("locale=" + Percent.encode(form: locale)) }
        if let timeZone { items.append("tz=" + Percent.encode(form: timeZone)) }
        items.append("dims=" + Percent.encode(form: dimensionsText))
        items.append("reftime=\(seconds * 1000)")
        return items.joined(separator: "&")
    }

    /// The entities of an answer; what has no place or value is left out.
    func entities(_ answer: JSON) -> [EntityMatch] {
        var found: [EntityMatch] = []
        for match in answer.array ?? [] {
            guard let kind = match["dim"]?.string, let start = match["start"]?.int, let end = match["end"]?.int,
                let details = match["value"], dimensions.isEmpty || dimensions.contains(exact: kind)
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
