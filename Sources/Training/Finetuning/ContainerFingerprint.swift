import Cryptography
import Encodings
import ExactText
import JSON
import PythonSemantics

extension JSON {
    /// The fingerprint that Rasa 3.6 gives a value of Python: the MD5 of its text, and for lists and groups that of the
    /// fingerprints of all that is in them. Members of a group count without their order, elements of a list with it.
    var containerFingerprint: String {
        switch self {
        case .object(let members):
            let parts = members.map { (JSON.string($0.key).containerFingerprint, $0.value.containerFingerprint) }
            return Self.md5(JSON.object(JSONObject(parts.map { ($0, .string($1)) })).encoded(.pythonSorted))
        case .array(let elements):
            return Self.md5(JSON.array(elements.map { .string($0.containerFingerprint) }).encoded(.python))
        default:
            return Self.md5(Array(pythonText.utf8))
        }
    }

    private static func md5(_ bytes: [UInt8]) -> String { Hexadecimal.text(Digest.md5.of(bytes)) }
}
