import Foundation
import Testing

@Suite("The words of the glossary")
struct WordTests {
    /// Names in the code, without comments and the text of literals.
    private static func identifiers(_ source: String) -> [Substring] {
        let code = source.replacing(#/(?s)"""(.*?)"""/#, with: "").replacing(#/"(\\.|[^"\\\n])*"/#, with: "")
            .replacing(#/(?m)//.*$/#, with: "")
        return code.matches(of: #/[A-Za-z_]\w*/#).map { code[$0.range] }
    }

    /// The parts of a name: `maxHeaderBytes` has three.
    private static func parts(_ name: Substring) -> Set<String> {
        Set(name.matches(of: #/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/#).map { $0.output.lowercased() })
    }

    @Test("are used in the code: no name has one that the glossary replaces")
    func replaced() throws {
        let rows = try Checkout.rows(of: "\(Checkout.catalog)/Glossary.md", below: ["Avoid", "Use instead"])
        let replaced = Set(rows.flatMap { Checkout.codes(in: $0[0]) })
        #expect(replaced.count > 10)
        for file in Checkout.sources(below: "Sources") + Checkout.sources(below: "Tests") {
            for name in Set(Self.identifiers(try Checkout.text(file))) {
                let found = Self.parts(name).intersection(replaced)
                #expect(found.isEmpty, "\(file): \(name)")
            }
        }
    }
}
