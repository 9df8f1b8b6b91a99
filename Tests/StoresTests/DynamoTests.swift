import Dialogue
import JSON
import TestSupport
import Testing

@testable import Stores

@Suite("Events are in DynamoDB as Rasa has them there", .ownThread)
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
        for digits in ["18446744073709551616", "-" + String(repeating: "9", count: 37)] {
            let number = try JSON(parsing: digits)
            #expect(DynamoValue.encode(number) == ["N": .string(digits)])
            #expect(DynamoValue.decode(DynamoValue.encode(number)) == number)
        }
        let long = String(repeating: "9", count: 39)
        #expect(DynamoValue.encode(try JSON(parsing: long)) == ["S": .string(long)])
    }

    @Test(arguments: [
        (1.0, "1"), (1_700_000_000.1234567, "1700000000.1234567"), (0.123456789012, "0.123456789"), (-0.5, "-0.5"),
        (0.9999999999, "1"), (-1.0000000004, "-1"), (1e-7, "0.0000001"), (1e22, "1e+22"),
    ])
    func numbers(value: Double, text: String) {
        #expect(DynamoValue.number(value) == text)
    }

    @Test("are stored once when the answer was lost", .enabled(if: MotoServer.isInstalled, "needs moto"))
    func lostResponse() async throws {
        let setup = try await StoreUnderTest(.dynamo)
        let proxy = try TCPProxy(to: try MotoServer.shared.get().port)
        let store = try StoreUnderTest.dynamo(port: proxy.port)
        var position = try await store.append(Recorded.events(0..<1), to: "lost", after: .start, fence: 1)
        proxy.set(.loseNextResponse)
        position = try await store.append(Recorded.events(1..<3), to: "lost", after: position, fence: 2)
        #expect(try await setup.store.load("lost")?.position == position)
        #expect(try await setup.store.load("lost")?.events == Recorded.events(0..<3))
        proxy.set(.loseNextResponse)
        #expect(try await store.load("lost")?.position == position)
        // Where another one came first, the lost attempt was none.
        proxy.set(.loseNextResponse)
        let error = await #expect(throws: StoreError.self) {
            try await store.append(Recorded.events(3..<4), to: "lost", after: .start, fence: 3)
        }
        #expect(error?.code == .conflict)
        proxy.set(.loseNextResponse)
        position = try await store.replace("lost", with: Recorded.events(5..<6), after: position, fence: 4)
        #expect(try await setup.store.load("lost")?.events == Recorded.events(5..<6))
        await store.close()
        await setup.close()
    }
}
