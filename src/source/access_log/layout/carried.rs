//! Which fields the requests of a log carry into pageviews. Source floor.

use crate::source::access_log::carried::CarriedField;
use crate::source::access_log::layout::LogLayout;
use crate::source::options::ReadOptions;
use crate::words::error::Error;
use crate::words::error::Missing;
use crate::words::error::Result;

impl LogLayout {
    /// Whether lines may have a value to carry. The columns of W3C extended logs are known only later.
    fn carries(&self, field: CarriedField) -> bool {
        match self {
            LogLayout::Lines(lines) => lines.carries(field),
            LogLayout::W3c(_) => true,
            LogLayout::Alb => field != CarriedField::Referrer,
            LogLayout::Elb => matches!(
                field,
                CarriedField::Status
                    | CarriedField::Agent
                    | CarriedField::AgentFamily
                    | CarriedField::Host
            ),
            LogLayout::S3 => field != CarriedField::Host,
        }
    }

    /// The fields that are carried, by column; `None` where it has none.
    ///
    /// Errors if it lacks one and may not, with those that it has.
    pub(in crate::source::access_log) fn carried_fields(
        &self,
        input: &str,
        options: &ReadOptions,
    ) -> Result<Vec<Option<CarriedField>>> {
        let has = |field: &CarriedField| self.carries(*field);
        let field = |part: &str| CarriedField::named(part).filter(has);
        let parts = options.carried.iter().map(|carried| carried.part.as_str());
        let fields: Vec<_> = parts.clone().map(field).collect();
        let lacked = parts.zip(&fields).find(|(_, field)| field.is_none());
        match lacked {
            Some((part, _)) if !options.may_lack_carried => {
                let there = CarriedField::ALL.into_iter().filter(has);
                let columns: Vec<(String, String)> = there
                    .map(|field| (field.name().to_owned(), String::new()))
                    .collect();
                Err(Error::Columns {
                    input: input.to_owned(),
                    missing: vec![Missing {
                        role: "carried",
                        wanted: Some(part.to_owned()),
                        option: "--carry",
                    }],
                    n_columns: columns.len(),
                    columns,
                })
            }
            _ => Ok(fields),
        }
    }
}
