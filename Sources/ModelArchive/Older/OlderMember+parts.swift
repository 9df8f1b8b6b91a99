import ExactText
import JSON
import Pickles

extension OlderMember {
    /// Dictionaries and lists of plain values: a network's settings, the widths of its features.
    func settings(_ bytes: [UInt8]) throws(ArchiveError) -> JSON { try plain(try pickle(bytes)) }

    func plain(_ value: PickleValue) throws(ArchiveError) -> JSON {
        switch value {
        case .none: return .null
        case .truth(let truth): return .bool(truth)
        case .whole(let number): return .int(number)
        case .number(let number): return .double(number)
        case .text(let text): return .string(text.string)
        default: break
        }
        if let elements = value.elements ?? value.wrapped {
            var all: [JSON] = []
            for element in elements { all.append(try plain(element)) }
            return .array(all)
        }
        if let entries = value.entries {
            var members = JSONObject()
            for entry in entries {
                guard let name = entry.key.text ?? entry.key.integer.map(String.init) else {
                    throw refuse("has a key that is neither a text nor a whole number")
                }
                members[name] = try plain(entry.value)
            }
            return .object(members)
        }
        if let number = value.integer { return .int(number) }
        if value.object(.number) != nil, let number = value["value"] { return try plain(number) }
        if let specification = value.object(.tagSpec) { return try plain(.list(specification.arguments)) }
        if let number = value.number { return .double(number) }
        throw refuse("has a value that is neither a text, a number, a list nor a dictionary")
    }

    /// What stands in for the features that a turn lacks: lists of Rasa's `Features` by attribute.
    func readFakeFeatures(_ bytes: [UInt8]) throws(ArchiveError) -> [FakeFeature] {
        var features: [FakeFeature] = []
        guard let attributes = try pickle(bytes).entries else { throw refuse("holds no dictionary of features") }
        for attribute in attributes {
            guard let name = attribute.key.text, let entries = attribute.value.elements else {
                throw refuse("holds no dictionary of features")
            }
            for entry in entries {
                guard entry.object(.features) != nil, let kind = entry["type"]?.text, let matrix = entry["features"],
                    let columns = SparseMatrix(matrix)?.columns ?? PickledArray(matrix)?.shape.last
                else { throw refuse("has features of '\(name)' that cannot be read") }
                let origin = entry["origin"]
                features.append(
                    FakeFeature(
                        attribute: name, kind: kind,
                        origin: origin?.text ?? origin?.elements?.first?.text ?? "",
                        isSparse: SparseMatrix(matrix) != nil,
                        columns: columns))
            }
        }
        return features
    }

    /// The thresholds of each intent, by its number.
    func thresholds(_ bytes: [UInt8]) throws(ArchiveError) -> [ExactString: SafeTensor] {
        var tensors: [ExactString: SafeTensor] = [:]
        guard let intents = try pickle(bytes).entries else { throw refuse("holds no dictionary of thresholds") }
        for intent in intents {
            guard let index = intent.key.integer, let list = intent.value.elements else {
                throw refuse("has thresholds that are not a list by an intent's number")
            }
            let numbers = list.compactMap(\.number)
            guard numbers.count == list.count else { throw refuse("has a threshold that is not a number") }
            tensors["\(index)"] = SafeTensor(numbers.map { Float($0) })
        }
        return tensors
    }

    /// A logistic regression in a file of joblib.
    func regression(_ bytes: [UInt8]) throws(ArchiveError) -> SavedRegression {
        let value: PickleValue
        do throws(PickleError) {
            value = try JoblibFile.value(of: bytes, classes: PickleClass.ofRasa)
        } catch {
            throw refuse(error)
        }
        func array(_ name: String) -> PickledArray? { value[name].flatMap { PickledArray($0) } }
        guard value.object(.regression) != nil, let coefficients = array("coef_"), coefficients.shape.count == 2,
            let weights = coefficients.doubles, let intercepts = array("intercept_")?.doubles,
            let labels = array("classes_")?.texts
        else { throw refuse("has no logistic regression with named labels") }
        var settings = JSONObject()
        // The arrays are not plain, and stand by themselves.
        for entry in value.state?.entries ?? [] {
            guard let name = entry.key.text, name.exact != "_sklearn_version", let plain = try? plain(entry.value)
            else { continue }
            settings[name] = plain
        }
        return SavedRegression(
            labels: labels, columns: coefficients.shape[1], coefficients: weights, intercepts: intercepts,
            steps: (array("n_iter_")?.integers ?? []).map { Int32(clamping: $0) }, settings: settings)
    }
}

extension PickleValue {
    /// The list in a wrapper of TensorFlow's.
    fileprivate var wrapped: [PickleValue]? {
        object(.listWrapper).flatMap { $0.arguments.count == 1 ? $0.arguments[0].elements : nil }
    }
}
