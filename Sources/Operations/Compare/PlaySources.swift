import ExactText
import JSON
import Prefork
import System
import Training
import YAML

/// What the files of a comparison hold, before it is known what the servers can be asked.
struct PlaySources: Sendable {
    private(set) var examples: [Example] = []
    private var storySteps: [StoryStep] = []
    private var testSteps: [StoryStep] = []
    private var tests: [Play] = []
    private var recorded: [Play] = []
    /// Conversations of a tracker store.
    var conversations: [Play] = []
    private let limit: Int

    /// How long a file of recorded requests may be, in bytes.
    private static let maxRequestBytes = 256 << 20
    /// Where a project has its data, and its tests.
    private static let defaultData = "data"
    private static let defaultTests = "tests"

    /// Reads the files that are named; where nothing is named, the directories of a project.
    ///
    /// - Throws: ``BootFailure`` with file and line, or where there is nothing to read.
    init(_ selection: ComparisonSelection) throws(BootFailure) {
        limit = selection.limit
        var selection = selection
        if selection.namesNothing {
            if File.exists(Self.defaultData) {
                selection.examples = [Self.defaultData]
                selection.stories = [Self.defaultData]
            }
            if File.exists(Self.defaultTests) { selection.tests = [Self.defaultTests] }
            guard !selection.namesNothing else {
                throw BootFailure(
                    "there is nothing to play: name --nlu, --stories, --tests, --requests or --conversations",
                    status: ExitStatus.usage)
            }
        }
        do throws(TrainingError) {
            try read(selection)
        } catch {
            throw BootFailure(
                "\(error)", status: error.code == .inputOutput ? ExitStatus.noInput : ExitStatus.data)
        }
        guard let requests = selection.requests else { return }
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try File.read(requests, atMost: Self.maxRequestBytes)
        } catch {
            throw BootFailure("--requests: '\(requests)' cannot be read: \(error)", status: ExitStatus.noInput)
        }
        recorded = try RecordedRequests.plays(bytes, file: requests, limit: limit)
    }

    private mutating func read(_ selection: ComparisonSelection) throws(TrainingError) {
        if !selection.examples.isEmpty {
            examples = Array(try TestData.examples(selection.examples).completeExamples)
        }
        if !selection.stories.isEmpty { storySteps = try Self.steps(selection.stories, isEndToEnd: false) }
        guard !selection.tests.isEmpty else { return }
        testSteps = try Self.steps(selection.tests, isEndToEnd: true)
        let reader = YAMLReader(environment: .process)
        for path in try DataFiles.find(selection.tests, DataFiles.yaml) {
            let document = try DataFiles.read(path, reader).json
            tests += EndToEndPlays.plays(document, file: path, limit: limit - tests.count)
        }
    }

    private static func steps(_ paths: [String], isEndToEnd: Bool) throws(TrainingError) -> [StoryStep] {
        var reader = StoryReader(nil, takesUnknownSlots: true)
        for document in try TestData.stories(paths, isEndToEnd: isEndToEnd) { try reader.take(document) }
        return reader.steps
    }

    /// What can be played.
    ///
    /// - Parameters:
    ///   - hasAPI: Whether both servers have the API.
    ///   - hasREST: Whether both have the REST channel.
    /// - Returns: The plays, and what is left out.
    func plays(hasAPI: Bool, hasREST: Bool) -> (plays: [Play], notes: [String]) {
        let texts = ExamplePlays.texts(ofResponseKeys: examples)
        var plays = hasAPI ? [Play(kind: .model, name: "the domain", requests: [.domain])] : []
        plays += ExamplePlays.plays(examples, limit: limit, isParsed: hasAPI)
        plays += StoryPlays.plays(storySteps, kind: .story, limit: limit, textsOfResponseKeys: texts)
        let stories = StoryPlays.plays(testSteps, kind: .test, limit: limit, textsOfResponseKeys: texts)
        plays += (stories + tests).prefix(limit)
        plays += recorded + conversations
        let possible = plays.filter { play in
            play.requests.allSatisfy { request in
                request.path.utf8.starts(with: "/webhooks/".utf8) ? hasREST : hasAPI || request.path == "/"
            }
        }
        var notes: [String] = []
        if possible.count < plays.count {
            let missing = hasREST ? "the API (--enable-api)" : "the REST channel ('rest:' in the credentials)"
            notes.append("\(plays.count - possible.count) plays are left out: one of the servers lacks \(missing)")
        }
        return (possible, notes)
    }
}
