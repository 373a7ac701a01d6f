// Scores texts with two packages of npm: reads a JSON object a line, prints its id and both scores as CSV.
const { SentimentIntensityAnalyzer: vader } = require('vader-sentiment');
const Afinn = require('sentiment');
const afinn = new Afinn();

require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, body } = JSON.parse(line);
  console.log(`${id},${vader.polarity_scores(body).compound},${afinn.analyze(body).score}`);
});
