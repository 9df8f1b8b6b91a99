import ArgumentParser
import Prefork
import Training

/// `parley train`: the flags of `rasa train` 3.6.21, with their defaults.
struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains a model whose components need no neural network.",
        discussion: """
            Takes every flag of `rasa train`. The archive can be served by Parley and by Rasa 3.6. Components that need \
            gradient descent (DIETClassifier, TEDPolicy, …) are refused by name; train those with Rasa.
            """,
        subcommands: [TrainUnderstanding.self, TrainPolicies.self])

    @Option(parsing: .upToNextOption, help: "Files and directories with examples, stories and rules.")
    var data = ["data"]

    @OptionGroup
    var common: TrainFlags

    @OptionGroup
    var stories: StoryFlags

    @Flag(help: "Reads and checks everything, trains, and writes nothing. Exit status 1, or 8 with --force, as Rasa's.")
    var dryRun = false

    @Flag(help: "Trains without holding domain, examples and stories against each other first.")
    var skipValidation = false

    @Flag(help: "Fails where the parts of the project do not fit together, or stories differ for no reason.")
    var failOnValidationWarnings = false

    @Option(help: "How many states count when stories are compared with each other; all if not given.")
    var validationMaxHistory: Int?

    @Option(help: "Without meaning here.")
    var endpoints: String?

    func validate() throws {
        guard validationMaxHistory.map({ $0 > 0 }) ?? true else {
            throw ValidationError("'--validation-max-history' must be a whole number above 0")
        }
    }

    func run() throws {
        var request = common.request(data: data)
        request.augmentation = stories.augmentation
        request.writes = !dryRun
        if !skipValidation {
            request.check = ProjectCheck(failsOnWarnings: failOnValidationWarnings, maxHistory: validationMaxHistory)
        }
        try stories.refuse()
        try TrainingRun(request, common).run()
        if dryRun { throw ExitCode(common.force ? 8 : 1) }
    }
}

/// `parley train nlu`.
struct TrainUnderstanding: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "nlu", abstract: "Trains understanding only.")

    @Option(name: [.customShort("u"), .long], parsing: .upToNextOption, help: "Files and directories with examples.")
    var nlu = ["data"]

    @OptionGroup
    var common: TrainFlags

    func run() throws {
        var request = common.request(data: nlu)
        request.part = .understanding
        try TrainingRun(request, common).run()
    }
}

/// `parley train core`.
struct TrainPolicies: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "core", abstract: "Trains policies only.")

    @Option(
        name: [.customShort("s"), .customLong("stories")], parsing: .upToNextOption,
        help: "Files and directories with stories and rules.")
    var files = ["data"]

    @OptionGroup
    var common: TrainFlags

    @OptionGroup
    var stories: StoryFlags

    @Option(parsing: .upToNextOption, help: "Without meaning here: shares of stories that comparisons leave out.")
    var percentages: [Int] = []

    @Option(help: "Without meaning here: how often a comparison is made.")
    var runs: Int?

    func run() throws {
        var request = common.request(data: files)
        request.part = .policies
        request.augmentation = stories.augmentation
        try stories.refuse()
        try TrainingRun(request, common).run()
    }
}

/// Flags of all training commands.
struct TrainFlags: ParsableArguments {
    @Option(name: [.customShort("c"), .long], help: "The file with pipeline and policies.")
    var config = "config.yml"

    @Option(name: [.customShort("d"), .long], help: "The domain: a file, or a directory with several.")
    var domain = "domain.yml"

    @Option(help: "The directory that models are put into.")
    var out = "models"

    @Option(help: "The model's file name, instead of one made of time and two words.")
    var fixedModelName: String?

    @Flag(help: "Without meaning here: a model is always trained anew.")
    var force = false

    @Option(help: "Without meaning here: one thread trains.")
    var numThreads: Int?

    @Flag(help: "Not supported: puts the examples into the model.")
    var persistNluData = false

    @Flag(help: "Not supported: goes on from an earlier model.")
    var finetune = false

    @Option(help: "Without meaning here.")
    var epochFraction: Double?

    @OptionGroup(title: "Logging")
    var logging: LoggingFlags

    /// What is to be trained from these files.
    func request(data: [String]) -> TrainingRequest {
        var request = TrainingRequest(data: data, configuration: config, domain: domain, output: out)
        request.fixedName = fixedModelName
        return request
    }
}

/// Flags of commands that train policies.
struct StoryFlags: ParsableArguments {
    @Option(help: "Only noted in the model: stories glued together at random serve policies with networks.")
    var augmentation = 50

    @Flag(help: "Not supported: plots of how stories are connected.")
    var debugPlots = false

    func refuse() throws {
        guard !debugPlots else {
            throw BootFailure("'--debug-plots' is not part of Parley; leave it out", status: ExitStatus.usage)
        }
    }
}
