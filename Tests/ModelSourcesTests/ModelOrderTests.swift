import JSON
import Testing

@testable import ModelSources

@Suite("Orders for models travel as text, and show no secrets")
struct ModelOrderTests {
    @Test func texts() {
        for order in [
            ModelOrder(), ModelOrder(file: "/models/a.tar.gz"), ModelOrder(file: "name", storage: "aws"),
            ModelOrder(server: ["url": "http://h/m", "token": "secret"]),
        ] {
            #expect(ModelOrder(text: order.text) == order)
        }
        #expect(ModelOrder(file: "/m").text == "/m")
        #expect(ModelOrder(text: String(ModelOrder(file: "n", storage: "aws").text.dropLast())) == nil)
    }

    @Test func summaries() {
        let order = ModelOrder(server: ["url": "http://h/m?token=secret", "token": "secret"])
        #expect(order.summary == "the model server at http://h/m")
    }
}
