package import Training

/// `parley data validate`: holds the parts of a project against each other.
package struct ProjectValidation {
    private let request: TrainingRequest

    package init(_ request: TrainingRequest) { self.request = request }

    /// - Throws: ``ReportedFailure`` after what is wrong was said.
    package func run() throws {
        do throws(TrainingError) {
            for warning in try Trainer(request).validate() { Output.warn("\(warning)") }
            Output.line("The project can be trained.")
        } catch {
            Output.fail("\(error)")
            throw ReportedFailure(status: 1)
        }
    }
}
