import JSON
import Testing
import TextFeatures

@testable import ConditionalRandomField

@Suite("Features of the words around a word")
struct FieldWindowTests {
    @Test func featureOfAnotherNameIsRefused() throws {
        let settings = ComponentOptions(node: "run_CRF", values: ["features": [["low", "colour"]]])
        let error = #expect(throws: LoadError.self) { try FieldWindow.lists(settings) }
        #expect(error?.message.contains("'colour'") == true)
        let even = ComponentOptions(node: "run_CRF", values: ["features": [["low"], ["low"]]])
        #expect(throws: LoadError.self) { try FieldWindow.lists(even) }
    }
}
