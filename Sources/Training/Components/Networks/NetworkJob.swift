import Networks

/// A network that is ready to learn. It needs nothing of others, so that several can learn side by side.
package struct NetworkJob: Sendable {
    /// Learns on some threads, tells `report` of every epoch until that returns false, and gives the files of the
    /// component's directory. What is too large for memory is on the disk of a directory.
    typealias Body =
        @Sendable (
            _ threads: Int, _ scratch: String, _ report: (EpochReport) -> Bool
        ) throws(TrainingError) -> [ArchiveFile]

    /// What people know it by: the component's class, with what tells it from others of the class.
    package var component: String
    /// The directory of its files in the archive.
    package let directory: String
    /// A measure of the work, by which long jobs are told from short ones.
    package let work: Int
    /// What it learns from, as a digest; nil where that cannot be told.
    let fingerprint: @Sendable () -> String?
    /// Files of the component's directory that nothing is learned for.
    var given: [ArchiveFile] = []
    private let body: Body

    init(
        component: String, directory: String, work: Int, fingerprint: @escaping @Sendable () -> String?,
        _ body: @escaping Body
    ) {
        (self.component, self.directory, self.work, self.body) = (component, directory, work, body)
        self.fingerprint = fingerprint
    }

    /// Learns, and gives the files of the component's directory, without those that are given.
    ///
    /// - Parameters:
    ///   - threads: On how many threads; the result does not depend on it.
    ///   - scratch: A directory on whose disk the weights are kept, in a file without a name.
    ///   - report: Is told of every epoch; returns false to end with an error.
    func run(threads: Int, scratch: String, report: (EpochReport) -> Bool) throws(TrainingError) -> [ArchiveFile] {
        try body(threads, scratch, report)
    }
}
