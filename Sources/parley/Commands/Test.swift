import ArgumentParser
import Evaluation
import Operations

/// `parley test`: the flags of `rasa test` 3.6.21.
struct Test: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Holds a model against test stories and examples.",
        discussion: """
            Takes every flag of `rasa test`. Reports, plots and stories that failed are written into the directory of \
            --out, by the names that Rasa gives them.
            """,
        subcommands: [TestStories.self, TestUnderstanding.self])

    @OptionGroup
    var models: ModelFlags

    @OptionGroup(title: "Stories")
    var stories: StoryTestFlags

    @OptionGroup(title: "Understanding")
    var understanding: UnderstandingTestFlags

    @OptionGroup
    var reports: ReportFlags

    @OptionGroup(title: "Logging")
    var logging: LoggingFlags

    func run() throws {
        var told = try stories.test(default: "tests", reports)
        told.models = models.model
        told.isEndToEnd = true
        try told.run()
        try understanding.test(model: models.model.first ?? "models", reports).run()
    }
}

struct TestStories: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "core", abstract: "Plays test stories.")

    @OptionGroup
    var models: ModelFlags

    @OptionGroup
    var stories: StoryTestFlags

    @Flag(
        name: [.customLong("e2e"), .customLong("end-to-end")],
        help: "Understands the messages of stories anew from their texts; of a directory only files test_* count.")
    var isEndToEnd = false

    @OptionGroup
    var reports: ReportFlags

    @OptionGroup(title: "Logging")
    var logging: LoggingFlags

    func run() throws {
        var told = try stories.test(default: "data", reports)
        told.models = models.model
        told.isEndToEnd = isEndToEnd
        try told.run()
    }
}

struct TestUnderstanding: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "nlu", abstract: "Has a model understand examples.")

    @OptionGroup
    var models: ModelFlags

    @OptionGroup
    var understanding: UnderstandingTestFlags

    @OptionGroup
    var reports: ReportFlags

    @OptionGroup(title: "Logging")
    var logging: LoggingFlags

    func run() throws { try understanding.test(model: models.model.first ?? "models", reports).run() }
}

/// Of the tests and their parts alike: in a group, a part has what was given behind its name.
struct ModelFlags: ParsableArguments {
    @Option(
        name: [.customShort("m"), .long], parsing: .upToNextOption,
        help: "A model archive, or a directory with some; `test core` compares several.", completion: .file())
    var model = ["models"]
}

struct ReportFlags: ParsableArguments {
    @Option(help: "The directory that results are put into.", completion: .file())
    var out = "results"

    @Flag(help: "Draws no plots.")
    var noPlot = false

    @Flag(help: "Writes down what was right too.")
    var successes = false

    @Flag(help: "Does not write down what was wrong.")
    var noErrors = false

    @Flag(help: "Does not write down what was right with a warning.")
    var noWarnings = false

    var selection: ReportSelection {
        var selection = ReportSelection()
        selection.successes = successes
        selection.errors = !noErrors
        selection.warnings = !noWarnings
        selection.plots = !noPlot
        return selection
    }
}

struct StoryTestFlags: ParsableArguments {
    @Option(
        name: [.customShort("s"), .long], help: "A file with stories, or a directory. (default: tests, or data)",
        completion: .file())
    var stories: String?

    @Option(help: "How many stories are played at most.")
    var maxStories: Int?

    @Option(help: "Has no effect.", completion: .file())
    var endpoints: String?

    @Flag(help: "Ends with status 1 if a story fails.")
    var failOnPredictionErrors = false

    @Option(help: "Not supported: a place to fetch the stories from.")
    var url: String?

    @Flag(help: "Compares the models of --model, a directory that `train core` with several --config has made.")
    var evaluateModelDirectory = false

    func validate() throws {
        guard url == nil else {
            throw ValidationError("'--url' is not part of Parley; fetch the file and name it by --stories")
        }
        guard maxStories.map({ $0 > 0 }) ?? true else {
            throw ValidationError("'--max-stories' must be a whole number above 0")
        }
    }

    func test(default directory: String, _ reports: ReportFlags) throws -> StoryTest {
        var test = StoryTest()
        test.stories = [stories ?? directory]
        test.maxStories = maxStories
        test.failsOnErrors = failOnPredictionErrors
        test.comparesDirectory = evaluateModelDirectory
        test.selection = reports.selection
        test.out = reports.out
        return test
    }
}

struct UnderstandingTestFlags: ParsableArguments {
    @Option(name: [.customShort("u"), .long], help: "A file with examples, or a directory.", completion: .file())
    var nlu = "data"

    @Option(
        name: [.customShort("c"), .long], parsing: .upToNextOption,
        help: "The configuration for --cross-validation; several are trained and compared.", completion: .file())
    var config: [String] = []

    @Option(name: [.customShort("d"), .long], help: "Has no effect.", completion: .file())
    var domain = "domain.yml"

    @Flag(help: "Trains several times, each time without a part of the examples, and holds the models against it.")
    var crossValidation = false

    @Option(name: [.customShort("f"), .long], help: "How many parts --cross-validation makes.")
    var folds = 5

    @Option(name: [.customShort("r"), .long], help: "How often configurations are compared.")
    var runs = 3

    @Option(
        name: [.customShort("p"), .long], parsing: .upToNextOption,
        help: "How much of the training data each comparison leaves out, in per cent.")
    var percentages = [0, 25, 50, 75]

    func validate() throws {
        guard folds >= 2 else { throw ValidationError("'--folds' must be 2 or more") }
        guard runs >= 1 else { throw ValidationError("'--runs' must be 1 or more") }
        guard percentages.allSatisfy({ 0..<100 ~= $0 }) else {
            throw ValidationError("'--percentages' must be whole numbers from 0 to 99")
        }
    }

    func test(model: String, _ reports: ReportFlags) -> UnderstandingTest {
        var test = UnderstandingTest()
        test.model = model
        test.examples = [nlu]
        test.configurations = config
        test.validatesAcross = crossValidation
        test.folds = folds
        test.runs = runs
        test.percentages = percentages
        test.selection = reports.selection
        test.out = reports.out
        return test
    }
}
