/// A job: a command of this program, run beside the workers by the supervisor.
package struct JobDescription: Sendable, Hashable {
    /// A directory of the job's own. Its standard output becomes the file `response` there, its standard error
    /// `errors`, and its temporary files come there.
    package let directory: String
    /// The command and its arguments, without the program's name.
    package let words: [String]

    package init(directory: String, words: [String]) {
        self.directory = directory
        self.words = words
    }
}

/// What jobs may take of the machine.
package struct JobLimits: Sendable, Hashable {
    /// Jobs that run at a time, over all workers.
    package var running = 2
    /// Further ones that wait; those beyond are refused.
    package var waiting = 8
    /// Bytes of memory of each; 0 for no limit.
    package var memory: UInt64 = 0
    /// How much later than others they get the processor.
    package var niceness: Int32 = 10

    package init() {}
}
