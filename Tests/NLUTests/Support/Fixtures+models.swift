import ExactText
import JSON
import ModelArchive
import TestSupport

@testable import NLU
@testable import TextFeatures

/// Models made ready for a test.
extension Fixtures {
    /// The small archive of the golden vectors.
    static func tinyModel() throws -> PreparedModel { try model(shared("tiny.tar.gz")) }

    /// An archive of this target's fixtures.
    static func ownModel(_ name: String, fittings: [any ComponentFitting] = []) throws -> PreparedModel {
        try model(path(name), fittings: fittings)
    }

    private static func model(_ archive: String, fittings: [any ComponentFitting] = []) throws -> PreparedModel {
        let directory = try TemporaryDirectory()
        try ModelPreparer(fittings: fittings).prepare(archive: archive, into: "\(directory.path)/model")
        return try PreparedModel.open("\(directory.path)/model")
    }

    /// An interpreter of that archive.
    static func tinyInterpreter() throws -> Interpreter { try interpreter(tinyModel()) }

    /// An interpreter of a model with the names of its domain.
    static func interpreter(_ model: PreparedModel) throws -> Interpreter {
        func names(_ key: String) -> Set<ExactString> {
            Set(
                (model.metadata.domain[key]?.array ?? []).flatMap {
                    $0.string.map { [$0.exact] } ?? ($0.object ?? [:]).keys
                })
        }
        return try Interpreter(
            model: model, domainIntents: names("intents"), domainEntities: names("entities"))
    }
}

/// Whether two values agree: numbers by difference, objects with their order of keys.
func isClose(_ a: JSON, _ b: JSON, tolerance: Double = 1e-4) -> Bool {
    switch (a, b) {
    case (.array(let a), .array(let b)):
        return a.count == b.count && zip(a, b).allSatisfy { isClose($0, $1, tolerance: tolerance) }
    case (.object(let a), .object(let b)):
        return Array(a.keys) == Array(b.keys)
            && zip(a.values, b.values).allSatisfy { isClose($0, $1, tolerance: tolerance) }
    default:
        if let a = a.double, let b = b.double { return abs(a - b) <= tolerance }
        return a == b
    }
}
