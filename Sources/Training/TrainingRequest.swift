import Settings
package import YAML

/// What is to be trained.
package enum TrainingPart: Sendable, Hashable {
    /// What the data allow: understanding, policies or both.
    case everything
    /// Understanding only (`train nlu`).
    case understanding
    /// Policies only (`train core`).
    case policies
}

/// What is in a model (Rasa's `TrainingType`).
enum TrainingType: Int, Sendable {
    case understanding = 1
    case policies = 2
    case both = 3
    case endToEnd = 4
}

/// Where everything comes from and goes to.
package struct TrainingRequest: Sendable {
    /// Files and directories with examples, stories and rules.
    package var data: [String]
    /// The file with pipeline and policies.
    package var configuration: String
    /// The domain: a file, or a directory with several.
    package var domain: String?
    /// The directory that the model is put into.
    package var output: String
    /// The model's file name; nil for one made of time and two words.
    package var fixedName: String?
    /// What is to be trained.
    package var part = TrainingPart.everything
    /// How many stories are glued together at random for policies with networks; only noted in the model, since no such
    /// policy is trained here.
    package var augmentation = 50
    /// What is looked for before the training; nil for no more than the training needs.
    package var check: ProjectCheck?
    /// Whether the model is written; without, everything is only tried.
    package var writes = true
    /// Where `${NAME}` in files is looked up.
    package var environment = EnvironmentVariables.process

    /// A request with the paths of a usual project.
    package init(
        data: [String] = ["data"], configuration: String = "config.yml", domain: String? = "domain.yml",
        output: String = "models"
    ) {
        self.data = data
        self.configuration = configuration
        self.domain = domain
        self.output = output
    }
}

/// How far training is.
package enum TrainingProgress: Sendable, Hashable {
    /// Files are read.
    case reading
    /// A component is trained; the steps count from 1.
    case component(String, step: Int, of: Int)
    /// Stories and rules are gone through.
    case stories
    /// The model is written.
    case writing
}

/// A model that was trained.
package struct TrainedModel: Sendable, Hashable {
    /// The archive's path.
    package let path: String
    /// What was passed over or is probably not meant.
    package let warnings: [TrainingWarning]
}
