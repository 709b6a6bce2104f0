set -e
rm -f mock.log
node_modules/.bin/braze-segments-mock --port 0 > mock.log &
trap "kill $!" EXIT
until BRAZE_REST_URL=$(grep -so 'http://[^"/]*"' mock.log); do
  kill -0 $! # ends the script if the mock could not start
  sleep 0.1
done
export BRAZE_REST_URL=${BRAZE_REST_URL%?} BRAZE_API_KEY=YOUR-REST-API-KEY
python3 test_sizes.py
