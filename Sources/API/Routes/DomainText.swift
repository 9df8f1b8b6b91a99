import ExactText
import JSON
import YAML

/// A domain as YAML, in which the texts of several lines stand in blocks.
struct DomainText {
    private let domain: JSON

    init(_ domain: JSON) { self.domain = domain }

    /// In UTF-8, the version first.
    var yaml: [UInt8] {
        var domain = domain.object ?? [:]
        if let version = domain.removeValue(forKey: "version") {
            domain = (["version": version] as JSONObject).merging(domain) { first, _ in first }
        }
        let members = domain.map { name, value in
            YAMLDocument.Member(name, name == "responses" ? Self.responses(value) : .value(value))
        }
        return YAMLDocument.group(members).text
    }

    private static func responses(_ responses: JSON) -> YAMLDocument {
        .group(
            (responses.object ?? [:]).map { name, variations in
                .init(name, .list((variations.array ?? []).map(variation)))
            })
    }

    private static func variation(_ variation: JSON) -> YAMLDocument {
        guard let members = variation.object else { return .value(variation) }
        return .group(
            members.map { name, value in
                guard name == "text", let text = value.string, text.exact.contains("\n") else {
                    return .init(name, .value(value))
                }
                return .init(name, .block(text))
            })
    }
}
