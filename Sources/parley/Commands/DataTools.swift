import ArgumentParser
import Operations
import Training

/// `parley data`: validates and parts training data.
struct DataTools: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data", abstract: "Validates training data, converts it, or parts it for tests.",
        subcommands: [DataValidate.self, DataSplitting.self, DataConverting.self])
}

struct DataValidate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Holds domain, examples, stories and rules against each other.",
        subcommands: [DataValidateStories.self])

    @OptionGroup
    var flags: ValidationFlags

    func run() throws { try flags.run(part: .everything) }
}

struct DataValidateStories: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stories", abstract: "Looks for stories that contradict each other.")

    @OptionGroup
    var flags: ValidationFlags

    func run() throws { try flags.run(part: .stories) }
}

struct ValidationFlags: ParsableArguments {
    @Option(parsing: .upToNextOption, help: "Files and directories with training data.", completion: .file())
    var data = ["data"]

    @Option(name: [.customShort("c"), .long], help: "The file with pipeline and policies.", completion: .file())
    var config = "config.yml"

    @Option(
        name: [.customShort("d"), .long], help: "The domain: a file, or a directory with several.", completion: .file())
    var domain = "domain.yml"

    @Option(help: "How many states count when stories are compared with each other; all if not given.")
    var maxHistory: Int?

    @Flag(help: "Ends with status 1 on any warning.")
    var failOnWarnings = false

    @OptionGroup(title: "Logging")
    var logging: LoggingFlags

    func validate() throws {
        guard maxHistory.map({ $0 > 0 }) ?? true else {
            throw ValidationError("'--max-history' must be a whole number above 0")
        }
    }

    func run(part: ProjectCheck.Part) throws {
        var request = TrainingRequest(data: data, configuration: config, domain: domain)
        request.check = ProjectCheck(failsOnWarnings: failOnWarnings, maxHistory: maxHistory, part: part)
        try ProjectValidation(request).run()
    }
}

struct DataConverting: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert", abstract: "Puts data of older forms into files of today's.",
        subcommands: [ConvertExamples.self])
}

struct ConvertExamples: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nlu",
        abstract: "Puts examples (YAML, or JSON of Rasa, Wit.ai, LUIS and Dialogflow) into one file.")

    @Option(parsing: .upToNextOption, help: "Files and directories with examples.", completion: .file())
    var data = ["data"]

    @Option(help: "The file that is written.", completion: .file())
    var out = "converted_data"

    @Option(name: [.customShort("f"), .long], help: "'yaml', or 'json' for Rasa's older form.")
    var format: DataConversion.Form

    @Option(name: [.customShort("l"), .long], help: "Has no effect.")
    var language = "en"

    @OptionGroup(title: "Logging")
    var logging: LoggingFlags

    func run() throws { try DataConversion(data, to: format, output: out).run() }
}

extension DataConversion.Form: ExpressibleByArgument {}

struct DataSplitting: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "split", abstract: "Parts data into what is trained with and what is held against it.",
        subcommands: [SplitExamples.self, SplitStories.self])
}

struct SplitExamples: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nlu", abstract: "Parts examples; each part has its share of every intent.")

    @OptionGroup
    var flags: SplitFlags

    func run() throws { try flags.split.examples() }
}

struct SplitStories: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "stories", abstract: "Parts the stories of each file.")

    @OptionGroup
    var flags: SplitFlags

    func run() throws { try flags.split.stories() }
}

struct SplitFlags: ParsableArguments {
    @Option(name: [.customShort("u"), .long], help: "A file with the data, or a directory.", completion: .file())
    var nlu = "data"

    @Option(help: "The share that is for training, from 0 to 1.")
    var trainingFraction = 0.8

    @Option(help: "Makes the same parts again.")
    var randomSeed: Int?

    @Option(help: "The directory that the parts are put into.", completion: .file())
    var out = "train_test_split"

    @OptionGroup(title: "Logging")
    var logging: LoggingFlags

    func validate() throws {
        guard 0...1 ~= trainingFraction else { throw ValidationError("'--training-fraction' must be from 0 to 1") }
    }

    var split: DataSplit {
        var split = DataSplit()
        split.paths = [nlu]
        split.trainingShare = trainingFraction
        split.seed = randomSeed.map { UInt64(bitPattern: Int64($0)) }
        split.out = out
        return split
    }
}
