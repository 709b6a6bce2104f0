set -e
rm -f mock.log
node_modules/.bin/braze-segments-mock --port 0 > mock.log &
trap "kill $!" EXIT
until url=$(grep -so '"url":"[^"]*"' mock.log); do
  kill -0 $! # ends the script if the mock could not start
  sleep 0.1
done
url=${url#*:\"}
export BRAZE_REST_URL=${url%\"} BRAZE_API_KEY=YOUR-REST-API-KEY
python3 test_sizes.py
