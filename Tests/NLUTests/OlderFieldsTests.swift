import ConditionalRandomField
import ExactText
import JSON
import ModelArchive
import NLU
import TestSupport
import Testing

@Suite("Trained conditional random fields of older archives")
struct OlderFieldsTests {
    /// The pickles of an archive of Rasa 3.6.20.
    private static let pickles: [ExactString: [UInt8]] = {
        let archive = "\(Fixtures.checkout)/Tests/Differential/Older/Fixtures/3.6.20/tickets.tar.gz"
        guard let directory = try? TemporaryDirectory(),
            let current = try? CurrentMembers(of: archive, besides: "\(directory.path)/read")
        else { return [:] }
        return current.fields
    }()

    @Test func areRead() throws {
        let paths = Self.pickles.keys.filter { $0.hasSuffix("/0entity.pkl") }
        let path = try #require(paths.first)
        let directory = path.removingSuffix("0entity.pkl").map { String($0) } ?? ""
        let fields = try OlderFields(node: "crf").read { Self.pickles[ExactString("\(directory)\($0)")] }
        let field = try #require(fields.first)
        #expect(field["kind"]?.string == "entity")
        let labels = (field["labels"]?.array ?? []).compactMap(\.string)
        #expect(labels.contains("O"))
        let hasPrefixes = labels.contains { $0.hasPrefix("U-") || $0.hasPrefix("B-") }
        #expect(hasPrefixes)
        #expect(field["attributes"]?.array?.isEmpty == false)
        #expect(field["transitions"]?.array?.count == labels.count * labels.count)
    }

    @Test("names that share their bytes are refused")
    func sharedNames() {
        func number(_ value: Int) -> [UInt8] { withUnsafeBytes(of: UInt32(value).littleEndian) { Array($0) } }
        // A table whose entries are all the same long name.
        let name = [UInt8](repeating: 0x61, count: 4000)
        let entry = number(0) + number(name.count + 1) + name + [0]
        let count = 1000
        let table =
            Array("CQDB".utf8) + number(0) + number(0) + number(0x6244_5371) + number(count) + number(24 + entry.count)
            + entry + Array(repeating: number(24), count: count).joined()
        let head = Array("lCRF".utf8) + number(0) + Array("FOMC".utf8)
        let file = head + [100, 0, count, 0, 0, 48, 48, 0, 0].flatMap(number) + table
        let error = #expect(throws: SuiteModel.Fault.self) { try SuiteModel(file[...]) }
        #expect(error?.message.contains("longer names") == true)
    }

    @Test("changed bytes end in fields or a sentence")
    func changedBytes() throws {
        let pickle = try #require(Self.pickles.first?.value)
        var random = SeededRandom(seed: 11)
        for _ in 0..<500 {
            var changed = pickle
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                changed[Int.random(in: changed.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            do {
                _ = try OlderFields(node: "crf").read { $0 == "0entity.pkl" ? changed : nil }
            } catch {
                #expect(error.message.contains("0entity.pkl"))
            }
        }
        for count in stride(from: 0, to: pickle.count, by: 97) {
            #expect(throws: ArchiveError.self) {
                try OlderFields(node: "crf").read { $0 == "0entity.pkl" ? Array(pickle.prefix(count)) : nil }
            }
        }
    }
}
