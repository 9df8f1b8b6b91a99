import ArgumentParser
import Operations
import Prefork
import Server
import Training

/// `parley train`: the flags of `rasa train` 3.6.21, with their defaults.
struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains a model.",
        discussion: """
            Takes every flag of `rasa train`. The archive works with Parley and with Rasa 3.6. Components that need other \
            libraries (spaCy, MITIE, …) are refused by name. What networks learn is kept in .rasa/cache, so that only \
            what has changed is learned again; RASA_CACHE_DIRECTORY and RASA_MAX_CACHE_SIZE (in MB) say otherwise.
            """,
        subcommands: [TrainNLU.self, TrainPolicies.self])

    @Option(
        parsing: .upToNextOption, help: "Files and directories with examples, stories and rules.", completion: .file())
    var data = ["data"]

    @OptionGroup
    var file: ConfigurationFlag

    @OptionGroup
    var common: TrainFlags

    @OptionGroup
    var stories: StoryFlags

    @Flag(
        help: """
            Reads and checks everything and writes nothing. Exit status 0 if no network would learn, 1 if one would, 8 \
            with --force.
            """)
    var dryRun = false

    @Flag(help: "Trains without validating domain, examples and stories first.")
    var skipValidation = false

    @Flag(help: "Fails on any warning of the validation.")
    var failOnValidationWarnings = false

    @Option(help: "How many states count when stories are compared with each other; all if not given.")
    var validationMaxHistory: Int?

    @Option(help: "Has no effect.")
    var endpoints: String?

    func validate() throws {
        guard validationMaxHistory.map({ $0 > 0 }) ?? true else {
            throw ValidationError("'--validation-max-history' must be a whole number above 0")
        }
    }

    func run() throws {
        var request = try common.request(data: data, configuration: try file.one())
        request.augmentation = stories.augmentation
        request.writes = !dryRun
        if !skipValidation {
            request.check = ProjectCheck(failsOnWarnings: failOnValidationWarnings, maxHistory: validationMaxHistory)
        }
        try stories.refuse()
        let model = try TrainingRun(request).run()
        if dryRun, model.mustLearn { throw ExitCode(common.force ? 8 : 1) }
    }
}

struct TrainNLU: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "nlu", abstract: "Trains understanding only.")

    @Option(
        name: [.customShort("u"), .long], parsing: .upToNextOption, help: "Files and directories with examples.",
        completion: .file())
    var nlu = ["data"]

    @OptionGroup
    var file: ConfigurationFlag

    @OptionGroup
    var common: TrainFlags

    func run() throws {
        var request = try common.request(data: nlu, configuration: try file.one())
        request.part = .understanding
        try TrainingRun(request).run()
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
    var file: ConfigurationFlag

    @OptionGroup
    var common: TrainFlags

    @OptionGroup
    var stories: StoryFlags

    @Option(parsing: .upToNextOption, help: "Shares of the stories, in percent, that comparisons leave out.")
    var percentages = [0, 25, 50, 75]

    @Option(help: "How often each model of a comparison is trained, on other stories each time.")
    var runs = 3

    func validate() throws {
        guard percentages.allSatisfy({ 0..<100 ~= $0 }) else {
            throw ValidationError("'--percentages' must be whole numbers from 0 to 99")
        }
        guard runs > 0 else { throw ValidationError("'--runs' must be a whole number above 0") }
    }

    func run() throws {
        var request = try common.request(data: files, configuration: file.config.first ?? "config.yml")
        request.part = .policies
        request.augmentation = stories.augmentation
        try stories.refuse()
        guard file.config.count > 1 else {
            try TrainingRun(request).run()
            return
        }
        try ComparedTrainings(request, configurations: file.config, percentages: percentages, runs: runs).run()
    }
}

/// One file, though as a list: a command sees the flags of those below it too, and `train core` takes several files.
struct ConfigurationFlag: ParsableArguments {
    @Option(
        name: [.customShort("c"), .long], parsing: .upToNextOption,
        help: """
            The file with pipeline and policies. Of several, 'train core' trains models that 'parley test core \
            --evaluate-model-directory' compares.
            """, completion: .file())
    var config = ["config.yml"]

    /// - Throws: ``BootFailure`` for several files.
    func one() throws(BootFailure) -> String {
        guard config.count == 1, let file = config.first else {
            throw BootFailure("'--config' takes one file here; 'train core' compares several", status: ExitStatus.usage)
        }
        return file
    }
}

struct TrainFlags: ParsableArguments {
    @Option(
        name: [.customShort("d"), .long], help: "The domain: a file, or a directory with several.", completion: .file())
    var domain = "domain.yml"

    @Option(help: "The directory that models are put into.", completion: .file())
    var out = "models"

    @Option(help: "The model's file name, instead of one made of time and two words.")
    var fixedModelName: String?

    @Flag(help: "Learns everything anew, though nothing has changed.")
    var force = false

    @Option(help: "On how many threads networks learn; all processors if not given.")
    var numThreads: Int?

    @Flag(help: "Puts the examples into the model.")
    var persistNluData = false

    @Option(
        help: ArgumentHelp(
            "Goes on from an earlier model: a file, or the newest of a directory; of --out if nothing is named.",
            valueName: "model"), completion: .file())
    var finetune: String?

    @Option(help: "The share of the epochs that is learned with --finetune, all if not given.")
    var epochFraction: Double?

    @OptionGroup(title: "Logging")
    var logging: LoggingFlags

    /// What is to be trained from these files.
    ///
    /// - Throws: ``BootFailure`` for flags that are not supported.
    func request(data: [String], configuration: String) throws(BootFailure) -> TrainingRequest {
        let epochShare = epochFraction ?? 1
        guard epochShare > 0, epochShare.isFinite else {
            throw BootFailure("'--epoch-fraction' must be a number above 0", status: ExitStatus.usage)
        }
        guard numThreads.map({ $0 > 0 }) ?? true else {
            throw BootFailure("'--num-threads' must be a whole number above 0", status: ExitStatus.usage)
        }
        var request = TrainingRequest(data: data, configuration: configuration, domain: domain, output: out)
        request.fixedName = fixedModelName
        request.threads = numThreads ?? MachineProcessors.count
        request.usesCache = true
        request.isForced = force
        request.keepsExamples = persistNluData
        request.finetuned = finetune.map { $0.isEmpty ? out : $0 }
        request.epochShare = epochShare
        return request
    }
}

struct StoryFlags: ParsableArguments {
    @Option(help: "How many stories are glued to others at random, for policies with networks.")
    var augmentation = 50

    @Flag(help: "Not supported: plots of how stories are connected.")
    var debugPlots = false

    func refuse() throws {
        guard !debugPlots else {
            throw BootFailure("'--debug-plots' is not part of Parley; leave it out", status: ExitStatus.usage)
        }
    }
}
