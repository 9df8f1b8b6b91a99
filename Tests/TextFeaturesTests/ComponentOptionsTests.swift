import ExactText
import JSON
import Testing

@testable import TextFeatures

@Suite("Options are read as Python reads them")
struct ComponentOptionsTests {
    private func options(_ value: JSON?) -> ComponentOptions {
        ComponentOptions(node: "run_it", values: value.map { ["key": $0] } ?? [:])
    }

    @Test(arguments: [true, 1, -1, 0.5, "no", "false", "0", [0], ["a": nil]] as [JSON])
    func trueValues(_ value: JSON) { #expect(options(value).flag("key", default: false)) }

    @Test(arguments: [false, nil, 0, 0.0, "", [], [:]] as [JSON])
    func falseValues(_ value: JSON) { #expect(!options(value).flag("key", default: true)) }

    @Test func onlyAnOptionLeftOutHasTheDefault() throws {
        #expect(options(nil).flag("key", default: true))
        #expect(options(nil).operand("key", default: 0.3) == 0.3)
        #expect(options(.null).operand("key", default: 0.3) == nil)
        #expect(try options(nil).text("key") == nil)
        #expect(try options(.null).text("key") == nil)
        #expect(try options(nil).names("key") == .all)
    }

    @Test func numbersMayBeTruthValuesButNoTexts() throws {
        #expect(options(true).operand("key", default: 0) == 1)
        #expect(options("0.5").operand("key", default: 0) == nil)
        #expect(try options(true).integer("key", default: 5) == 1)
        #expect(throws: LoadError.self) { try options(2.0).integer("key", default: 5) }
        #expect(throws: LoadError.self) { try options("2").integer("key", default: 5) }
    }

    @Test func listsAreCutByWholeNumbersOnly() {
        #expect(options(nil).limit("key", default: 10) == 10)
        #expect(options(true).limit("key", default: 10) == 1)
        #expect(options(-1).limit("key", default: 10) == 0)
        #expect(options(-0.5).limit("key", default: 10) == 0)
        #expect(options(2.0).limit("key", default: 10) == nil)
        #expect(options(.null).limit("key", default: 10) == nil)
        #expect(options(10.0).limit("key", default: 0, among: 3) == 0)
        #expect(options(2.0).limit("key", default: 0, among: 3) == nil)
        #expect(options(2).limit("key", default: 0, among: 3) == 2)
    }

    @Test func namesAreFoundAsPythonFindsThem() throws {
        #expect(try options([]).names("key").contains("any"))
        #expect(try options(["time", 5]).names("key").contains("time"))
        #expect(try options(["time", 5]).names("key").contains(5))
        #expect(try !options(["times"]).names("key").contains("time"))
        #expect(try options("times").names("key").contains("time"))
        #expect(throws: LoadError.self) { try options(5).names("key") }
    }

    @Test func switchesOfNames() throws {
        let switches = try options(["city": "no", "who": nil]).switches("key", default: true)
        #expect(switches.other)
        #expect(switches.byName == ["city": true, "who": false])
        #expect(throws: LoadError.self) { try options("no").switches("key", default: true) }
        #expect(throws: LoadError.self) { try options(.null).switches("key", default: true) }
    }

    @Test func namesAreSplitAtPrefixesAndSymbols() throws {
        func parts(_ name: String, _ values: JSONObject) throws -> [String] {
            let text = MessageText(name)
            return try NameSplitting(ComponentOptions(node: "n", values: values)).parts(of: text).map {
                text.string($0.bytes)
            }
        }
        #expect(try parts("a+b_c", [:]) == ["a+b_c"])
        #expect(try parts("a+b_c", ["intent_tokenization_flag": "yes"]) == ["a+b", "c"])
        #expect(try parts("a+b_c", ["intent_tokenization_flag": 1, "intent_split_symbol": "+"]) == ["a", "b_c"])
        #expect(try parts("a b\tc", ["intent_tokenization_flag": 1, "intent_split_symbol": nil]) == ["a", "b", "c"])
        #expect(try parts("a_x+b_c", ["prefix_separator_symbol": "+"]) == ["a_x", "b_c"])
        #expect(
            try parts("a_x+b_c", ["prefix_separator_symbol": "+", "intent_tokenization_flag": true])
                == ["a", "x", "b", "c"])
        #expect(throws: LoadError.self) { try parts("a", ["prefix_separator_symbol": ""]) }
        #expect(throws: LoadError.self) { try parts("a", ["prefix_separator_symbol": 5]) }
    }
}
