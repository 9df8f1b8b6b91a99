import Foundation
import Testing

@Suite("The documents")
struct DocumentTests {
    private static let all: [String] = {
        let catalog = (try? Checkout.names(in: Checkout.catalog)) ?? []
        return ["README.md", ".github/CONTRIBUTING.md", ".github/SECURITY.md"]
            + catalog.filter { $0.hasSuffix(".md") }.map { "\(Checkout.catalog)/\($0)" }
    }()

    @Test("name files that are there", arguments: all)
    func links(document: String) throws {
        let directory = URL(fileURLWithPath: document, relativeTo: Checkout.root).deletingLastPathComponent()
        for match in try Checkout.text(document).matches(of: #/\]\(([^)\s]+)\)/#) where !match.1.contains("://") {
            let parts = match.1.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            let target = parts[0].isEmpty ? document : directory.appendingPathComponent(String(parts[0])).path
            #expect(FileManager.default.fileExists(atPath: target), "\(document): \(match.1)")
            guard parts.count == 2, let text = try? String(contentsOfFile: target, encoding: .utf8) else { continue }
            let anchors = text.matches(of: #/(?m)^#+ (.+)$/#).map { Self.anchor(String($0.1)) }
            #expect(anchors.contains(String(parts[1])), "\(document): \(match.1)")
        }
    }

    /// A heading as it is named in links.
    private static func anchor(_ heading: String) -> String {
        String(
            heading.lowercased().filter { $0.isLetter || $0.isNumber || " -_".contains($0) }.map {
                $0 == " " ? "-" : $0
            })
    }

    @Test("and the demo are of one kind: its archive is trained from its sources")
    func demo() throws {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "deploy/demo/digest", relativeTo: Checkout.root)
        process.standardOutput = output
        try process.run()
        let digest = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(digest == (try Checkout.text("deploy/demo/tea-house.sources")))
    }

    @Test("say where to change what: each file has the identifier")
    func places() throws {
        let rows = try Checkout.rows(
            of: "\(Checkout.catalog)/Contributing.md", below: ["To change", "File", "Identifier"])
        #expect(rows.count >= 6)
        for row in rows {
            let file = try #require(Checkout.codes(in: row[1]).first)
            let identifier = try #require(Checkout.codes(in: row[2]).first)
            #expect(try Checkout.text(file).contains(identifier), "\(row[0]): \(file), \(identifier)")
        }
    }

    @Test("use words that the code has")
    func words() throws {
        let files = Checkout.sources(below: "Sources") + Checkout.sources(below: "Tests")
        var known: Set<Substring> = []
        for file in files { known.formUnion(try Checkout.text(file).matches(of: #/\w+/#).map(\.0)) }
        let rows = try Checkout.rows(of: "\(Checkout.catalog)/Glossary.md", below: ["Term", "Meaning", "In the code"])
        #expect(rows.count > 40)
        for row in rows {
            for code in Checkout.codes(in: row[2]) where !code.contains("…") {
                let unknown = code.matches(of: #/\w+/#).map(\.0).filter { !known.contains($0) }
                let isPath = FileManager.default.fileExists(atPath: Checkout.root.appendingPathComponent(code).path)
                #expect(unknown.isEmpty || isPath, "\(row[0]): \(code)")
            }
        }
    }

    @Test("begin with a page that is read in some minutes")
    func length() throws {
        #expect(try Checkout.text("README.md").split(separator: "\n", omittingEmptySubsequences: false).count <= 151)
    }
}
