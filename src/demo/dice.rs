//! Repeatable chance for the demo data: a small generator of its own, so that a seed gives the same data whatever version of
//! a library is linked. Nothing here is fit for passwords or tokens.

/// A stream of numbers that looks random and depends on the seed only.
pub struct Dice {
    state: u64,
}

impl Dice {
    /// A new stream; equal seeds give equal streams.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A stream of its own for one part of the data, so that a change in one part does not shift all the others.
    pub fn fork(&self, part: u64) -> Self {
        let mut fork = Self::new(self.state ^ part.wrapping_mul(0xD6E8_FEB8_6659_FD93));
        fork.next();
        fork
    }

    /// The next 64 bits: a Weyl sequence, stirred as in SplitMix64.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A fraction from 0 (included) to 1 (excluded).
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A whole number from 0 to `count` - 1; 0 when `count` is 0.
    pub fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.next()) * count as u128) >> 64) as usize
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low).max(0) as usize + 1) as i64
    }

    /// True in `percent` of a hundred cases.
    pub fn percent(&mut self, percent: f64) -> bool {
        self.unit() * 100.0 < percent
    }

    /// One entry of a list that is not empty.
    pub fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }

    /// An index of `weights`, each as likely as its weight says.
    pub fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut rest = self.below(weights.iter().sum::<u32>() as usize) as u32;
        for (index, weight) in weights.iter().enumerate() {
            if rest < *weight {
                return index;
            }
            rest -= weight;
        }
        0
    }

    /// `#` of a pattern replaced by digits, as in post codes and telephone numbers.
    pub fn digits(&mut self, pattern: &str) -> String {
        let digit = |dice: &mut Self| char::from(b'0' + dice.below(10) as u8);
        pattern.chars().map(|c| if c == '#' { digit(self) } else { c }).collect()
    }

    /// Puts a list into another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }
}

/// A choice among ranks where the first ones are taken far more often than the last ones, as customers of a help desk are.
pub struct Popularity {
    reached: Vec<f64>,
}

impl Popularity {
    /// Rank k gets the weight 1 / (k + 3)^`steepness` (Zipf's law with a flattened top).
    pub fn new(ranks: usize, steepness: f64) -> Self {
        let mut sum = 0.0;
        let reached = (0..ranks).map(|rank| {
            sum += (rank as f64 + 3.0).powf(-steepness);
            sum
        });
        Self { reached: reached.collect() }
    }

    /// A rank, or None when there is none.
    pub fn pick(&self, dice: &mut Dice) -> Option<usize> {
        let wanted = dice.unit() * self.reached.last()?;
        Some(self.reached.partition_point(|sum| *sum <= wanted).min(self.reached.len() - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_seeds_give_equal_streams_and_others_do_not() {
        let numbers = |seed| {
            let mut dice = Dice::new(seed);
            (0..20).map(|_| dice.below(1_000_000)).collect::<Vec<_>>()
        };
        assert_eq!(numbers(7), numbers(7));
        assert_ne!(numbers(7), numbers(8));
    }

    #[test]
    fn numbers_stay_in_their_range_and_reach_both_ends() {
        let mut dice = Dice::new(1);
        let numbers: Vec<i64> = (0..1000).map(|_| dice.between(3, 6)).collect();
        assert_eq!(numbers.iter().min(), Some(&3));
        assert_eq!(numbers.iter().max(), Some(&6));
    }

    #[test]
    fn the_first_rank_is_far_more_popular_than_the_last() {
        let popularity = Popularity::new(1000, 1.0);
        let mut dice = Dice::new(3);
        let mut hits = vec![0; 1000];
        for _ in 0..20_000 {
            hits[popularity.pick(&mut dice).unwrap()] += 1;
        }
        assert!(hits[0] > 20 * hits[999].max(1), "{} and {}", hits[0], hits[999]);
        assert_eq!(Popularity::new(0, 1.0).pick(&mut dice), None);
    }
}
