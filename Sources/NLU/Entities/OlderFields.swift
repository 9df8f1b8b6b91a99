import ConditionalRandomField
package import JSON
package import ModelArchive
import Pickles

/// The conditional random fields that archives before 3.6.21 hold already trained: for each kind of tag a pickle with
/// the model file of CRFsuite, called `0entity.pkl`, `1role.pkl`, `2group.pkl` by its place in the order.
package struct OlderFields {
    /// For errors.
    private let node: String

    package init(node: String) { self.node = node }

    private static let kinds: [TagKind] = [.entity, .role, .group]

    /// The fields in their stored form, in their order; empty where there are none.
    package func read(_ file: (_ name: String) -> [UInt8]?) throws(ArchiveError) -> [JSON] {
        var fields: [JSON] = []
        for place in Self.kinds.indices {
            for kind in Self.kinds {
                let name = "\(place)\(kind.rawValue).pkl"
                guard let bytes = file(name) else { continue }
                var field = try model(bytes, name).object ?? [:]
                field["kind"] = .string(kind.rawValue)
                fields.append(.object(field))
            }
        }
        return fields
    }

    private func model(_ bytes: [UInt8], _ name: String) throws(ArchiveError) -> JSON {
        let value: PickleValue
        do throws(PickleError) {
            value = try JoblibFile.value(of: bytes, classes: PickleClass.ofRasa)
        } catch {
            throw refuse(name, "is a pickle that \(error); no code from archives is run, so train the model anew")
        }
        guard let file = value.object(.fieldEstimator)?.state?["modelfile"]?.object(.fieldFile)?.state,
            case .bytes(let content)? = file["__FILE_RESOURCE_DATA__"]
        else { throw refuse(name, "has no model of CRFsuite") }
        do throws(SuiteModel.Fault) {
            return try SuiteModel(content).stored
        } catch {
            throw refuse(name, "has a model that \(error.message)")
        }
    }

    private func refuse(_ name: String, _ what: String) -> ArchiveError {
        ArchiveError(.badFile, "Node \(node): \(name) \(what)")
    }
}
