import Dialogue
import ExactText
import JSON
import OrderedCollections
import YAML

extension UnderstandingData {
    /// The examples and what belongs to them, but for the responses, as a file of training data; empty where there is
    /// nothing.
    package var yaml: [UInt8] {
        let items = intentItems + synonymItems + expressionItems + lookupItems
        guard !items.isEmpty else { return [] }
        return YAMLDocument.group([.init("version", .quoted("3.1")), .init("nlu", .list(items))]).text
    }

    /// The responses as a file of training data; empty where there are none.
    package var responsesYAML: [UInt8] {
        guard !responses.isEmpty else { return [] }
        return YAMLDocument.group([
            .init("version", .quoted("3.1")), .init("responses", .value(.object(responses))),
        ]).text
    }

    private var intentItems: [YAMLDocument] {
        var groups: OrderedDictionary<ExactString, [Example]> = [:]
        for example in examples where example.isComplete {
            groups[example.responseKey ?? example.intent ?? "", default: []].append(example)
        }
        return groups.map { name, examples in
            var members = [YAMLDocument.Member("intent", .value(.string(name.string)))]
            if let metadata = examples.lazy.compactMap({ $0.metadata["intent"] }).first {
                members.append(.init("metadata", .value(metadata)))
            }
            let texts = examples.map { AnnotatedText.annotate($0.text, with: $0.entities.map(\.json)) }
            // Only as items of their own can examples have metadata, or several lines.
            let areItems =
                examples.contains { $0.metadata["example"] != nil }
                || texts.contains { $0.unicodeScalars.contains { $0.value < 0x20 } }
            if areItems {
                let items = zip(examples, texts).map { example, text in
                    YAMLDocument.group(
                        [.init("text", .block(text + "\n"))]
                            + (example.metadata["example"].map { [.init("metadata", .value($0))] } ?? []))
                }
                members.append(.init("examples", .list(items)))
            } else {
                members.append(.init("examples", Self.lines(texts)))
            }
            return .group(members)
        }
    }

    private var synonymItems: [YAMLDocument] {
        var groups: OrderedDictionary<ExactString, [String]> = [:]
        for (surface, value) in synonyms { groups[value, default: []].append(surface.string) }
        return Self.items("synonym", groups)
    }

    private var expressionItems: [YAMLDocument] {
        var groups: OrderedDictionary<ExactString, [String]> = [:]
        for expression in expressions { groups[expression.name, default: []].append(expression.pattern) }
        return Self.items("regex", groups)
    }

    private var lookupItems: [YAMLDocument] {
        lookupTables.map { table in
            .group([
                .init("lookup", .value(.string(table.name))), .init("examples", Self.lines(table.elements)),
            ])
        }
    }

    private static func items(_ key: String, _ groups: OrderedDictionary<ExactString, [String]>) -> [YAMLDocument] {
        groups.map { name, texts in
            .group([.init(key, .value(.string(name.string))), .init("examples", lines(texts))])
        }
    }

    private static func lines(_ texts: [String]) -> YAMLDocument {
        .block(texts.map { "- \($0)\n" }.joined())
    }
}
