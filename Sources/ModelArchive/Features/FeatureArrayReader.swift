import ExactText
import JSON
import OrderedCollections

/// Puts nested feature arrays together from their description (`<stem>_metadata.json`) and tensors (`<stem>.st`).
struct FeatureArrayReader {
    let name: String
    let tensors: [ExactString: SafeTensor]

    func read(_ description: JSON) throws(ArchiveError) -> FeatureArrayTable {
        var table = FeatureArrayTable()
        guard let outerEntries = description.array else { throw refuse("not a list of feature arrays") }
        for outer in outerEntries {
            guard let key = outer["key"]?.string, let components = outer["components"]?.array else {
                throw refuse("an entry has no 'key' or 'components'")
            }
            var inner = OrderedDictionary<ExactString, FeatureArrays>()
            for component in components {
                guard let subkey = component["key"]?.string, let features = component["features"]?.array,
                    let dimensions = component["number_of_dimensions"]?.int
                else { throw refuse("a component of '\(key)' has no 'key', 'number_of_dimensions' or 'features'") }
                var entries: [FeatureArrays.Entry] = []
                for feature in features {
                    entries.append(.init(numberOfDimensions: dimensions, array: try item(feature)))
                }
                inner[subkey] = FeatureArrays(entries: entries)
            }
            table[key] = inner
        }
        return table
    }

    private func item(_ json: JSON) throws(ArchiveError) -> FeatureArray {
        let kind = json["type"]?.string ?? "none"
        if kind == "group" {
            var parts: [FeatureArray] = []
            for part in json["subcomponents"]?.array ?? [] { parts.append(try item(part)) }
            return .group(parts)
        }
        guard let key = json["key"]?.string else { throw refuse("a feature of type '\(kind)' has no 'key'") }
        switch kind {
        case "list": return .list(try tensor(key).doubles)
        case "dense":
            let tensor = try tensor(key)
            guard let shape = shape(json), elementCount(ofShape: shape) == tensor.count else {
                throw refuse("the shape of feature '\(key)' does not fit its values")
            }
            return .dense(shape: shape, values: tensor.floats)
        case "sparse": return .sparse(try sparse(key, shape: shape(json)))
        default: throw refuse("a feature has the unknown type '\(kind)'")
        }
    }

    private func sparse(_ key: String, shape: [Int]?) throws(ArchiveError) -> SparseFeatures {
        let values = try tensor(key + "_data").floats
        guard let shape, shape.count == 2, shape.allSatisfy({ 0...Int(Int32.max) ~= $0 }),
            let rows = try tensor(key + "_row").integers, let columns = try tensor(key + "_col").integers,
            rows.count == values.count, columns.count == values.count,
            rows.allSatisfy({ 0..<shape[0] ~= $0 }), columns.allSatisfy({ 0..<shape[1] ~= $0 })
        else { throw refuse("the coordinates of sparse feature '\(key)' do not fit its shape") }
        return SparseFeatures(
            rows: shape[0], columns: shape[1], rowIndices: rows.map { Int32($0) },
            columnIndices: columns.map { Int32($0) }, values: values)
    }

    private func shape(_ json: JSON) -> [Int]? {
        guard let written = json["shape"]?.array else { return nil }
        let sizes = written.compactMap(\.int)
        return sizes.count == written.count ? sizes : nil
    }

    private func tensor(_ key: String) throws(ArchiveError) -> SafeTensor {
        guard let tensor = tensors[key] else { throw refuse("tensor '\(key)' is described but not there") }
        return tensor
    }

    private func refuse(_ what: String) -> ArchiveError { ArchiveError(.badFile, "\(name): \(what)") }
}
