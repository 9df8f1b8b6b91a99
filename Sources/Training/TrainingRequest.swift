package import ExactText
package import Networks
package import System
import YAML

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
    package var part = TrainingPart.everything
    /// How many stories are glued together at random for policies with networks.
    package var augmentation = 50
    /// The share of stories and rules, in percent, that is left out at random, for comparisons.
    package var leftOut = 0
    /// What is looked for before the training; nil for no more than the training needs.
    package var check: ProjectCheck?
    /// Whether the model is written; without, everything is only tried.
    package var writes = true
    /// Whether networks write event files where the configuration says (`tensorboard_log_directory`). One that comes from
    /// elsewhere must not choose where this machine is written to.
    package var writesLogs = true
    /// The sections whose lack people were told of, with what is trained in their place.
    package var toldDefaults: Set<ExactString> = []
    /// Whether what networks learn is kept for the next training, and taken from an earlier one (`RASA_CACHE_DIRECTORY`).
    package var usesCache = false
    /// Whether everything is learned anew, whatever is kept.
    package var isForced = false
    /// The model to go on from, or a directory whose newest counts (`--finetune`); nil to begin anew.
    package var finetuned: String?
    /// The share of the epochs that a model which goes on learns (`--epoch-fraction`).
    package var epochShare = 1.0
    /// Whether the examples are put into the model too (`--persist-nlu-data`).
    package var keepsExamples = false
    /// On how many threads networks learn. What they learn does not depend on it.
    package var threads = 1
    /// Where `${NAME}` in files is looked up.
    package var environment = EnvironmentVariables.process

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

package enum TrainingProgress: Sendable, Hashable {
    case reading
    /// A component is trained; the steps count from 1.
    case component(String, step: Int, of: Int)
    /// A network has gone through all examples once more. Several may learn at once; each is told apart by the directory
    /// of its files.
    case epoch(String, directory: String, EpochReport)
    /// A network has learned all.
    case trained(String, directory: String)
    /// A network need not learn, since an earlier training had the same to learn from.
    case found(String, directory: String)
    /// Stories and rules are gone through.
    case stories
    case writing
}

package struct TrainedModel: Sendable, Hashable {
    package let path: String
    /// How many parts of stories and rules there are, those that were left out among them.
    package var stories = 0
    /// Whether a network would have to learn, where nothing is written.
    package var mustLearn = true
    /// What was passed over or is probably not meant.
    package let warnings: [TrainingWarning]
}
