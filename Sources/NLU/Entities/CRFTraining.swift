import ConditionalRandomField
import ExactText
import Glibc
import JSON
package import ModelArchive
import PythonSemantics
import TextFeatures

/// Trains the conditional random fields of Rasa's `CRFEntityExtractor`, whose archive holds the training sentences.
package struct CRFTraining: ComponentFitting {
    static let dataFile = "crf_dataset.json"
    static let orderFile = "crf_order.json"
    /// Sentences of words.
    static let dataShape = FileShape.list(
        .list(
            .members([
                .needed("text", .text), .possible("pos_tag", .text), .possible("pattern", .map(.truth)),
                .possible("dense_features", .list(.text)), .possible(TagKind.entity.key, .text),
                .possible(TagKind.role.key, .text), .possible(TagKind.group.key, .text),
            ])))
    static let orderShape = FileShape.list(.text)
    /// What is stored in the prepared model.
    package static let fittedFile = "parley.crf.json"

    /// The component's class name in Rasa.
    package let component = CRFEntityExtractor.name

    package init() {}

    /// The fields in their stored form; nothing if the component was not trained.
    package func fit(
        _ node: GraphNode, file: (_ name: String) -> [UInt8]?
    ) throws(ArchiveError) -> [(name: String, bytes: [UInt8])] {
        let older = try OlderFields(node: node.name).read(file)
        guard older.isEmpty else { return [(Self.fittedFile, JSON.array(older).encoded())] }
        guard let data = file(Self.dataFile), let order = file(Self.orderFile) else { return [] }
        let options = ComponentOptions(node: node.name, values: node.config)
        do throws(LoadError) {
            let fitted = try Self.fit(
                sentences: Self.parse(data, Self.dataFile, Self.dataShape, options),
                order: Self.parse(order, Self.orderFile, Self.orderShape, options),
                options)
            return [(Self.fittedFile, fitted.encoded())]
        } catch {
            throw ArchiveError(.badFile, error.message)
        }
    }

    private static func parse(
        _ bytes: [UInt8], _ name: String, _ shape: FileShape, _ options: ComponentOptions
    ) throws(LoadError) -> JSON {
        let value: JSON
        do {
            value = try JSON(parsing: bytes)
        } catch {
            throw LoadError(.badFile, "Node \(options.node): \(name) is not JSON: \(error)")
        }
        do {
            try shape.check(value, file: name)
        } catch {
            throw LoadError(.badFile, "Node \(options.node): \(error)")
        }
        return value
    }

    /// A parameter of CRFsuite, which is given as text and read as C reads numbers: what is none is 0. One that is null
    /// is not given, so that the library's own default holds.
    private static func parameter(
        _ key: String, default value: Double, null: Double, _ options: ComponentOptions
    ) -> Double {
        guard let written = options[key] else { return value }
        if written.isNull { return null }
        let number = written.pythonNumber ?? written.string.map { strtod($0, nil) } ?? 0
        return number.isFinite && abs(number) < 1e15 ? number : null
    }

    /// One field per kind of tag, in the order that the archive names.
    static func fit(sentences: JSON, order: JSON, _ options: ComponentOptions) throws(LoadError) -> JSON {
        let lists = try FieldWindow.lists(options)
        let training = FieldTraining(
            l1: Self.parameter("L1_c", default: 0.1, null: 0, options),
            maxSteps: Int(
                Int32(
                    clamping: Int64(Self.parameter("max_iterations", default: 50, null: Double(Int32.max), options)))))
        let l2 = Self.parameter("L2_c", default: 0.1, null: 1, options)
        var levels: [JSON] = []
        for name in order.array ?? [] {
            guard let kind = name.string.flatMap(TagKind.init) else {
                throw LoadError(
                    .badFile, "Node \(options.node): \(orderFile) names \(name.text()), which is not a tag.")
            }
            let window = FieldWindow(lists, includesEntity: kind != .entity)
            var examples = FieldExamples()
            for sentence in sentences.array ?? [] {
                let words = sentence.array ?? []
                examples.add(
                    words.map(token), window, labels: words.map { $0[kind.key]?.string ?? Tag.none.name.string })
            }
            let objective = FieldObjective(examples, l2: l2)
            let (weights, value) = training.minimize(objective)
            var level = RandomField.stored(examples, objective, weights).object ?? [:]
            level["kind"] = .string(kind.rawValue)
            level["objective"] = .double(value)
            levels.append(.object(level))
        }
        return .array(levels)
    }

    private static func token(_ json: JSON) -> FieldToken {
        let text = Array((json["text"]?.string ?? "").utf8)
        var token = FieldToken(text, in: 0..<text.count)
        token.partOfSpeech = json["pos_tag"]?.string
        token.patterns = (json["pattern"]?.object ?? [:]).map { ($0.key, $0.value.bool ?? false) }
        token.dense = (json["dense_features"]?.array ?? []).compactMap { $0.string.flatMap { Double($0) } }
        token.entityTag = json[TagKind.entity.key]?.string ?? Tag.none.name.string
        return token
    }
}

enum TagKind: String, Sendable {
    case entity, role, group

    /// The name of the tag in the training sentences.
    var key: String { self == .entity ? "entity_tag" : "entity_\(rawValue)_tag" }
}
