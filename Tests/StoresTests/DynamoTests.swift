import JSON
import Testing

@testable import Stores

@Suite("Events are in DynamoDB as Rasa has them there")
struct DynamoTests {
    @Test func values() throws {
        let json: JSON = [
            "text": "hi", "n": 5, "d": 0.5, "none": nil, "yes": true, "list": [1, "a", []], "group": ["a": [:]],
        ]
        let value = DynamoValue.encode(json)
        #expect(value["M"]?["n"] == ["N": "5"] && value["M"]?["d"] == ["N": "0.5"])
        #expect(value["M"]?["none"] == ["NULL": true] && value["M"]?["list"]?["L"]?.array?.count == 3)
        #expect(DynamoValue.decode(value) == json)
        #expect(DynamoValue.decode(["SS": ["a"]]) == nil)
    }

    @Test(arguments: [
        (1.0, "1"), (1_700_000_000.1234567, "1700000000.1234567"), (0.123456789012, "0.123456789"), (-0.5, "-0.5"),
        (0.9999999999, "1"), (-1.0000000004, "-1"), (1e-7, "0.0000001"), (1e22, "1e+22"),
    ])
    func numbers(value: Double, text: String) {
        #expect(DynamoValue.number(value) == text)
    }
}
