import ExactText
import JSON
import Pickles

/// A member of an archive as Rasa 3.0 to 3.6.20 wrote it, with Python's pickles, where 3.6.21 has JSON and safetensors.
///
/// What is in them is the same in all of these versions but for names of modules; the one exception, the domain of 3.0,
/// needs no change. So each is rewritten to the form of 3.6.21 when an archive is read, and components know of one form only. Conditional
/// random fields, whose weights 3.6.21 does not keep, are not among them.
struct OlderMember {
    /// Path of the member, `components/train_X/file`.
    let path: String
    private let form: Form
    /// The path without the ending that the form goes by.
    private let stem: String

    private enum Form: CaseIterable {
        case vocabularies, patterns, wordFeatures, priority
        case labelData, dataExample, sparseSizes, fakeFeatures, settings, thresholds
        case regression, featurizer

        var ending: String {
            switch self {
            case .vocabularies: "/vocabularies.pkl"
            case .patterns: "/patterns.pkl"
            case .wordFeatures: "/feature_to_idx_dict.pkl"
            case .priority: ".priority.pkl"
            case .labelData: ".label_data.pkl"
            case .dataExample: ".data_example.pkl"
            case .sparseSizes: ".sparse_feature_sizes.pkl"
            case .fakeFeatures: ".fake_features.pkl"
            case .settings: ".meta.pkl"
            case .thresholds: ".label_quantiles.pkl"
            case .regression: ".joblib"
            case .featurizer: "/featurizer.json"
            }
        }
    }

    /// nil for a member that has had the same form since 3.0, or that no component reads.
    init?(path: String) {
        let exact = path.exact
        guard let form = Form.allCases.first(where: { exact.hasSuffix($0.ending) }),
            let stem = exact.removingSuffix(form.ending)
        else { return nil }
        // A regression is called like its directory; other components have files of joblib too.
        guard form != .regression || Self.isNamedLikeDirectory(String(stem)) else { return nil }
        (self.path, self.form, self.stem) = (path, form, String(stem))
    }

    private static func isNamedLikeDirectory(_ stem: String) -> Bool {
        let parts = stem.exact.split(separator: "/").map { $0.exact }
        return parts.count > 1 && parts[parts.count - 1] == parts[parts.count - 2]
    }

    /// The members that 3.6.21 has for it.
    ///
    /// - Throws: ``ArchiveError`` with `.badFile` for what is not data, or not of the member's kind.
    func rewritten(_ bytes: [UInt8]) throws(ArchiveError) -> [(path: String, bytes: [UInt8])] {
        switch form {
        case .vocabularies: return [json("/vocabularies.json", try vocabulary(bytes))]
        case .patterns: return [(stem + "/patterns.json", bytes)]
        case .wordFeatures: return [json("/feature_to_idx_dict.json", try wordFeatures(bytes))]
        case .priority: return [(stem + ".priority.json", bytes)]
        case .labelData: return try arrays(".label_data", bytes)
        case .dataExample: return try arrays(".data_example", bytes)
        case .sparseSizes: return [json(".sparse_feature_sizes.json", try settings(bytes))]
        case .fakeFeatures:
            let (tensors, description) = try readFakeFeatures(bytes).encoded()
            return [
                (stem + ".fake_features.st", SafeTensor.file(tensors)),
                json(".fake_features_metadata.json", description),
            ]
        case .settings: return [json(".meta.json", try settings(bytes))]
        case .thresholds: return [(stem + ".label_quantiles.st", SafeTensor.file(try thresholds(bytes)))]
        case .featurizer: return [(path, try featurizer(bytes))]
        case .regression: return [(stem + ".skops", SkopsFile(try regression(bytes)).bytes)]
        }
    }

    private func json(_ ending: String, _ json: JSON) -> (path: String, bytes: [UInt8]) {
        (stem + ending, json.encoded(.python))
    }

    private func arrays(_ name: String, _ bytes: [UInt8]) throws(ArchiveError) -> [(path: String, bytes: [UInt8])] {
        let writer = FeatureArrayWriter(try PickledFeatureArrays(path: path).table(try pickle(bytes)))
        return [(stem + name + ".st", writer.file), json(name + "_metadata.json", writer.description)]
    }

    func pickle(_ bytes: [UInt8]) throws(ArchiveError) -> PickleValue {
        do throws(PickleError) {
            return try PickleReader.value(of: bytes, classes: PickleClass.ofRasa)
        } catch {
            throw refuse(error)
        }
    }

    func refuse(_ what: String) -> ArchiveError { ArchiveError(.badFile, "\(path): the pickle \(what)") }

    /// What a pickle is refused for, and what to do where it would run something.
    func refuse(_ error: PickleError) -> ArchiveError {
        let advice = error.reason == .notData ? "; no code from archives is run, so train the model anew" : ""
        return refuse("\(error)\(advice)")
    }
}
