/// A job: a command of this program, run beside the workers by the supervisor.
public struct JobDescription: Sendable, Hashable {
    /// A folder of the job's own. Its standard output becomes the file `answer` there, its standard error `errors`, and
    /// its temporary files come there.
    public let directory: String
    /// The command and its arguments, without the program's name.
    public let words: [String]

    /// A job of these parts.
    public init(directory: String, words: [String]) {
        self.directory = directory
        self.words = words
    }
}

/// What jobs may take of the machine.
public struct JobLimits: Sendable, Hashable {
    /// Jobs that run at a time, over all workers.
    public var running = 2
    /// Further ones that wait; those beyond are refused.
    public var waiting = 8
    /// Bytes of memory of each; 0 for no limit.
    public var memory: UInt64 = 0
    /// How much later than others they get the processor.
    public var niceness: Int32 = 10

    /// The defaults.
    public init() {}
}
