import Foundation
import Testing

@Suite("The table of targets in Architecture.md")
struct EdgeTests {
    private struct Row {
        let target: String
        let imports: Set<String>
        let forbidden: Set<String>
    }

    private static func rows() throws -> [Row] {
        try Checkout.rows(
            of: "\(Checkout.catalog)/Architecture.md", below: ["Target", "Holds", "Imports", "Must not know"]
        )
        .map { cells in
            Row(
                target: Checkout.codes(in: cells[0]).first ?? "", imports: Checkout.codes(in: cells[2]),
                forbidden: Checkout.codes(in: cells[3]))
        }
    }

    /// The targets of this package that a target's files import.
    private static func imports(of target: String, among targets: Set<String>) throws -> Set<String> {
        var found: Set<String> = []
        for file in Checkout.sources(below: "Sources/\(target)") {
            for match in try Checkout.text(file).matches(of: #/(?m)^\s*(?:[a-z@]+ )*import (\w+)/#) {
                found.insert(String(match.1))
            }
        }
        return found.intersection(targets).subtracting([target])
    }

    @Test("names every target, and exactly what each imports")
    func edges() throws {
        let targets = Set(try Checkout.names(in: "Sources"))
        let rows = try Self.rows()
        let written = Set(targets.filter { !Checkout.sources(below: "Sources/\($0)").isEmpty })
        #expect(Set(rows.map(\.target)) == written)
        for row in rows {
            let imports = try Self.imports(of: row.target, among: targets)
            #expect(row.imports == imports, "\(row.target)")
        }
    }

    @Test("forbids nothing that is done")
    func forbidden() throws {
        for row in try Self.rows() {
            #expect(row.imports.isDisjoint(with: row.forbidden), "\(row.target)")
        }
    }

    @Test("is that of the manifest")
    func manifest() throws {
        let manifest = try Checkout.text("Package.swift")
        let targets = Set(try Checkout.names(in: "Sources"))
        for row in try Self.rows() where row.target != "parley" {
            let module = try Regex("module\\(\\s*\"\(row.target)\",\\s*\\[[^\\]]*\\]")
            let place = try #require(manifest.firstRange(of: module), "\(row.target)")
            let declared = Set(manifest[place].matches(of: #/"(\w+)"/#).map { String($0.1) })
            #expect(declared.intersection(targets).subtracting([row.target]) == row.imports, "\(row.target)")
        }
    }

    @Test("leaves commands and flags alone to the executable")
    func executable() {
        #expect(Checkout.sources(below: "Sources/parley").count <= 20)
    }

    /// A `Mutex` remembers the number of the thread that uses it. After a fork that is the parent's, and the child traps
    /// where two of its threads meet at any `Mutex`.
    @Test("has no Mutex in what the supervisor touches before it forks")
    func forks() throws {
        for place in ["Prefork", "Server/Configuration", "Server/Logging", "Settings", "System", "YAML"] {
            for file in Checkout.sources(below: "Sources/\(place)") {
                let text = try Checkout.text(file)
                #expect(!text.contains("Mutex(") && !text.contains("Mutex<"), "\(file)")
            }
        }
    }
}
